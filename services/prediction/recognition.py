"""What this service needs of a model in memory and of the registry it comes from."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from longhand.contracts.models import Deployment
from longhand.handwriting.transcription import Transcription


class Prepared(Protocol):
    """A picture as the network wants it, `width` pixels wide before padding."""

    @property
    def width(self) -> int: ...


class Recogniser(Protocol):
    """A bundle in memory; safe to `prepare` in many threads, `recognise` is called by one at a time."""

    def prepare(self, picture: Any) -> Any: ...

    def recognise(self, prepared: Sequence[Any], charset: str = "full") -> list[Transcription]: ...


class Loader(Protocol):
    """Makes a recogniser of a bundle; raises BundleError where the bundle is not whole."""

    def __call__(self, bundle: Path, threads: int = 0) -> Recogniser: ...


class Registry(Protocol):
    """Where versions and deployment records are kept; may be away."""

    def deployment(self, name: str) -> Deployment | None: ...

    def download(self, name: str, version: int, to: Path) -> Path: ...
