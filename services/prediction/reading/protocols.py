"""What this service needs of a model in memory and of the registry it comes from."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from longhand.bundles.adapter import Adapter, Halves
from longhand.contracts.models import PersonalChanges, Standing
from longhand.handwriting.images import Picture
from longhand.handwriting.preprocessing import Prepared
from longhand.handwriting.terms import ANY, Terms
from longhand.handwriting.transcription import Transcription

Logits = NDArray[np.float32]


class Answer(Protocol):
    """What a network answers to a picture."""

    @property
    def logits(self) -> Logits: ...

    def adapt(self, adapter: Adapter) -> "Answer": ...


class Recogniser(Protocol):
    """A bundle in memory; `answer` is called by one thread at a time, the others by many."""

    def prepare(self, picture: Picture) -> Prepared: ...

    def answer(self, prepared: Sequence[Prepared], shifts: Sequence[Halves] = ()) -> Sequence[Answer]: ...

    def takes(self, adapter: Adapter) -> bool: ...

    def interpret(self, logits: Logits, prepared: Prepared, terms: Terms = ANY) -> Transcription: ...


class Loader(Protocol):
    """Makes a recogniser of a bundle; raises BundleError where the bundle is not whole."""

    def __call__(self, bundle: Path, threads: int = 0) -> Recogniser: ...


class Registry(Protocol):
    """Where versions, deployment records and people's own versions are kept; may be away."""

    def standings(self) -> Mapping[str, Standing | None]: ...

    def personal(self, name: str, since: int) -> PersonalChanges: ...

    def adapter(self, name: str, digest: str) -> bytes: ...

    def download(self, name: str, version: int, to: Path) -> Path: ...
