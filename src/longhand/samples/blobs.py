"""Pictures as they came, each once, under the SHA-256 of its bytes."""

import hashlib

from longhand.samples.errors import DamagedSample, UnknownSample
from longhand.samples.files import Files


class Blobs:
    """A content-addressed store below `blobs/`."""

    def __init__(self, files: Files) -> None:
        self._files = files

    @staticmethod
    def key(content: bytes) -> str:
        """The SHA-256 under which the bytes lie, in hex."""
        return hashlib.sha256(content).hexdigest()

    def put(self, content: bytes, durable: bool = True) -> str:
        """Keep the bytes and return their SHA-256, in hex."""
        key = self.key(content)
        if not self._files.exists(place(key)):
            self._files.write(place(key), content, durable)
        return key

    def get(self, key: str) -> bytes:
        """The bytes; raises UnknownSample, or DamagedSample where they are not what the key says."""
        try:
            content = self._files.read(place(key))
        except FileNotFoundError as error:
            raise UnknownSample(f"There is no picture {key}.") from error
        if self.key(content) != key:
            raise DamagedSample(f"The picture {key} is damaged on disk; restore it from a backup.")
        return content

    def has(self, key: str) -> bool:
        """Whether there are bytes of this SHA-256."""
        return self._files.exists(place(key))

    def drop(self, key: str) -> None:
        """Take the bytes away, and what a killed process has put down of them only half."""
        self._files.remove(place(key))


def place(key: str) -> str:
    """Where a blob lies."""
    return f"blobs/{key[:2]}/{key}"
