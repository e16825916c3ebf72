"""What kind of file a picture is, by its first bytes: senders are not believed."""

MAGIC = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"BM": "image/bmp",
    b"II*\0": "image/tiff",
    b"MM\0*": "image/tiff",
}
UNKNOWN = "application/octet-stream"
SHOWN = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in (*MAGIC.values(), "image/webp", UNKNOWN)}
"""What a picture may be shown as, for OpenAPI."""

PNG: dict[str, object] = {"image/png": {}}
"""The same of a picture that is drawn here."""

SUFFIXES = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "image/bmp": ".bmp",
    "image/tiff": ".tif",
}
"""How the file of a picture ends, by its media type."""


def media_type(content: bytes) -> str:
    """The media type; `application/octet-stream` for what is none of the pictures that are read here."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in MAGIC.items() if content.startswith(magic)), UNKNOWN)
