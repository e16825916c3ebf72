"""The gateway's key pair as files: made once, rotated without a pause, read again where they change.

gateway.pem   the private key that signs now; only the gateway reads it
gateway.pub   the public keys by which tokens are checked, one PEM block each; while keys are rotated it holds two
"""

import base64
import hashlib
import json
import logging
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from longhand import durable

PRIVATE, PUBLIC = "gateway.pem", "gateway.pub"
LOOK_S = 2.0
"""A changed file counts within this many seconds; a token with a key that is not known yet has it read at once."""

T = TypeVar("T")
Stamp = tuple[tuple[str, int, int], ...]
_BLOCK = re.compile(rb"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----\n?", re.DOTALL)

log = logging.getLogger(__name__)


def create_keys(directory: Path) -> None:
    """Writes gateway.pem (mode 0600) and gateway.pub where they are missing; an existing key stays."""
    directory.mkdir(parents=True, exist_ok=True)
    private, public = directory / PRIVATE, directory / PUBLIC
    if not private.exists():
        durable.create(private, _new_private(), mode=0o600)
    current = public_of(private.read_bytes())
    if not public.exists() or key_id(current) not in map(key_id, public_blocks(public.read_bytes())):
        durable.write(public, current, mode=0o644)


def rotate_keys(directory: Path, *copies: Path) -> None:
    """Replaces the private key; gateway.pub keeps the old key beside the new one until `retire_keys`.

    `copies` are files that services read in place of gateway.pub. Public files come first, so that the gateway never
    signs with a key that a service cannot know.
    """
    private = directory / PRIVATE
    new = _new_private()
    _publish(public_of(new) + public_of(private.read_bytes()), directory, copies)
    durable.write(private, new, mode=0o600)


def retire_keys(directory: Path, *copies: Path) -> None:
    """Leaves only the public half of the present private key: tokens that an earlier one signed are void."""
    _publish(public_of((directory / PRIVATE).read_bytes()), directory, copies)


def _publish(content: bytes, directory: Path, copies: tuple[Path, ...]) -> None:
    for path in (*copies, directory / PUBLIC):
        durable.write(path, content, mode=0o644)


def public_of(private_pem: bytes) -> bytes:
    """The public half of a private key, as one PEM block."""
    key = serialization.load_pem_private_key(private_pem, password=None)
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def public_blocks(content: bytes) -> list[bytes]:
    """The public keys of a file, in their order. Raises ValueError where it holds none."""
    if not (blocks := _BLOCK.findall(content)):
        raise ValueError("no public key in PEM: -----BEGIN PUBLIC KEY-----")
    return blocks


def key_id(public_pem: bytes) -> str:
    """The `kid` of a key: its thumbprint after RFC 7638. Raises ValueError for a key that is not on P-256."""
    key = serialization.load_pem_public_key(public_pem)
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("the key is not one of the curve P-256")
    numbers = key.public_numbers()
    members = {"crv": "P-256", "kty": "EC", "x": _coordinate(numbers.x), "y": _coordinate(numbers.y)}
    text = json.dumps(members, separators=(",", ":"), sort_keys=True)
    return _base64url(hashlib.sha256(text.encode()).digest())


class Watched(Generic[T]):
    """What a key file says, read again once the file has changed; given bytes say the same for good.

    A folder stands for all its `.pem` and `.pub` files. Where a changed file cannot be read, what it said before
    stays valid, and the log says so.
    """

    def __init__(
        self, source: Path | bytes, parse: Callable[[bytes], T], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._path = source if isinstance(source, Path) else None
        self._parse, self._clock = parse, clock
        self._stamp: Stamp = _stamp(source) if isinstance(source, Path) else ()
        self._value = parse(_read(source) if isinstance(source, Path) else source)
        self._looked = clock()

    def get(self, *, now: bool = False) -> T:
        """The value; looks at the file every LOOK_S seconds, and with `now` at once."""
        if self._path and (now or self._clock() - self._looked >= LOOK_S):
            self._look(self._path)
        return self._value

    def _look(self, path: Path) -> None:
        self._looked = self._clock()
        try:
            stamp = _stamp(path)
            if stamp != self._stamp:
                self._value = self._parse(_read(path))
                self._stamp = stamp
        except (OSError, ValueError):
            log.exception("The key in %s cannot be read: the earlier one stays in use.", path)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.iterdir() if file.suffix in (".pem", ".pub") and not file.name.startswith("."))


def _stamp(path: Path) -> Stamp:
    return tuple((file.name, (found := file.stat()).st_mtime_ns, found.st_ino) for file in _files(path))


def _read(path: Path) -> bytes:
    return b"\n".join(file.read_bytes() for file in _files(path))


def _new_private() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _coordinate(number: int) -> str:
    return _base64url(number.to_bytes(32, "big"))


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
