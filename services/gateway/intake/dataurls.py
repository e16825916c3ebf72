"""Data URLs as RFC 2397 has them, and as programs send them."""

import base64
import binascii
from urllib.parse import unquote_to_bytes

WHITE = b" \t\r\n\f\v"


def decode_url(url: str) -> bytes:
    """What a data URL holds: `data:[<media type>][;base64],<data>`; raises ValueError, which says what is wrong.

    Scheme and `;base64` may be in capitals, the data percent-encoded. Base64 may be broken into lines, as encoders for
    mail do, and lack its padding, as encoders for URLs do.
    """
    head, comma, data = url.strip().partition(",")
    scheme, colon, kind = head.partition(":")
    if not (comma and colon and scheme.lower() == "data"):
        raise ValueError("not a data URL: data:image/png;base64,…")
    content = unquote_to_bytes(data)
    _, semicolon, last = kind.rpartition(";")
    if not semicolon or last.strip().lower() != "base64":
        return content
    digits = content.translate(None, WHITE).rstrip(b"=")
    try:
        return base64.b64decode(digits + b"=" * (-len(digits) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError(f"not base64: {error}") from error
