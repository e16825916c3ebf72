"""A bundle made ready to read."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

import cv2

from longhand.bundles.adapter import Adapter, Halves
from longhand.bundles.card import Card, read_card
from longhand.bundles.errors import BundleError
from longhand.bundles.files import MODEL, digest
from longhand.bundles.language import read_language
from longhand.handwriting.ctc.language import Language
from longhand.handwriting.images import Picture
from longhand.handwriting.preprocessing import Prepared
from longhand.handwriting.terms import ANY, Terms
from longhand.handwriting.transcription import Transcription
from longhand.inference.base import Answer, Base, Logits
from longhand.inference.executors import NetworkExecutor
from longhand.inference.session import Inputs, choose_engine, open_session
from longhand.tasks import UnknownTask, find, part

TOGETHER = 16
"""Engines are compared on one picture alone and on this many at once."""


class Recogniser(Protocol):
    """Reads prepared pictures."""

    card: Card
    engine: str

    def prepare(self, picture: Picture) -> Prepared:
        """What the network will see; raises NoInk for a blank page."""
        ...

    def lay(self, prepared: Sequence[Prepared]) -> Inputs:
        """Pictures side by side, as the network takes them."""
        ...

    def logits(self, prepared: Sequence[Prepared]) -> list[Logits]:
        """The network's raw answer to each picture, read together as one batch."""
        ...

    def answer(self, prepared: Sequence[Prepared], shifts: Sequence[Halves] = ()) -> list[Answer]:
        """The same with what adapters need: each person's adapter may then change the answers to their pictures.
        `shifts` are what the network takes beside each picture, none of length 0; without any it takes none."""
        ...

    def takes(self, adapter: Adapter) -> bool:
        """Whether an adapter is for this network."""
        ...

    def interpret(self, logits: Logits, prepared: Prepared, terms: Terms = ANY) -> Transcription:
        """The reading that a raw answer means; see `recognise`."""
        ...

    def interpret_all(
        self, logits: Sequence[Logits], prepared: Sequence[Prepared], terms: Terms = ANY
    ) -> list[Transcription]:
        """The readings that raw answers mean, many at once; see `recognise`."""
        ...

    def recognise(self, prepared: Iterable[Prepared], terms: Terms = ANY) -> list[Transcription]:
        """Read pictures, any number, in batches of about the same width; raises UnknownCharset, and what `prepared`
        raises. They are taken while others are read, a few at a time, and answered in their order.

        With a lexicon the text is one of its entries. Where none fits it is empty, or, where terms are not strict, the
        reading without a lexicon; neither is ever accepted. A charset bears on readings without a lexicon only.
        """
        ...

    def read(self, pictures: Iterable[Picture], terms: Terms = ANY) -> list[Transcription]:
        """Prepare and read pictures, any number, answered in their order; see `recognise`."""
        ...


def load(bundle: Path, threads: int = 0, engine: str = "auto") -> Recogniser:
    """Load a bundle; `threads` 0 means one per core. Raises BundleError where it is not whole or cannot be run.

    From then on OpenCV has one thread in the whole process: pictures are small, so more of them save no time, and would
    take it from the network.
    """
    card = read_card(bundle)
    kind = _find_kind(bundle, card)
    _check(bundle / MODEL, card)
    threads = threads or os.cpu_count() or 1
    ngrams = read_language(bundle, card.characters, card.language_sha256)
    language = None if ngrams is None else Language(ngrams)
    cv2.setNumThreads(1)
    example = kind.example(card, 1)
    if engine == "auto":
        engine = choose_engine(bundle / MODEL, [example, kind.example(card, TOGETHER)])
    session = open_session(bundle / MODEL, threads, engine, [example])
    outputs = session.run(example).shape[-1]
    if outputs != card.alphabet.size:
        raise BundleError(f"{bundle} answers {outputs} outputs where its card names {card.alphabet.size}.")
    executor = NetworkExecutor(lambda: open_session(bundle / MODEL, 1, engine, [example]), threads)
    return kind(card, session, language, executor if threads > 1 else None)


def _find_kind(bundle: Path, card: Card) -> type[Base]:
    """The recogniser of a card's task; raises BundleError where this release has none."""
    try:
        kind: type[Base] = part(__package__, find(card.task)).RECOGNISER
    except UnknownTask as error:
        raise BundleError(f"{bundle} cannot be used. {error}") from error
    return kind


def _check(model: Path, card: Card) -> None:
    """Raise BundleError where a network is missing, or is another one than its card is about."""
    if not model.exists():
        raise BundleError(f"{model.parent} is not a model: it holds no {model.name}.")
    if card.sha256 and digest(model) != card.sha256:
        raise BundleError(f"{model} is damaged, or not the network that its card is about. Fetch the model again.")
