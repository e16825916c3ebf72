"""The pictures of a decision, read by champion and challenger as they are served."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from longhand.comparison.pairs import Pair
from longhand.handwriting.alphabet import normalise
from longhand.handwriting.errors import PictureError
from longhand.handwriting.images import Picture, decode
from longhand.handwriting.preprocessing import Prepared
from longhand.handwriting.terms import Terms
from longhand.handwriting.transcription import Transcription
from longhand.inference import Recogniser
from longhand.samples.errors import SamplesError
from services.training.gate.material import GatePicture

TOGETHER = 64
"""How many pictures lie in memory at once."""

BLANK = Transcription("", 0.0, False)


@dataclass(frozen=True)
class Contest:
    """The two models, made ready to read."""

    champion: Recogniser
    challenger: Recogniser


@dataclass(frozen=True)
class Read:
    """A picture as both models have read it."""

    picture: GatePicture
    champion: Transcription
    challenger: Transcription

    @property
    def pair(self) -> Pair:
        """Its edits."""
        truth, one = normalise(self.picture.text), self.picture
        champion, challenger = (
            Levenshtein.distance(truth, normalise(read.text)) for read in (self.champion, self.challenger)
        )
        return Pair(one.id, one.group, len(truth), champion, challenger, one.slices)


Sureness = tuple[list[float], list[bool]]


def weigh(read: Sequence[Read]) -> tuple[Sureness, Sureness]:
    """Of champion and challenger: the confidence of each reading in 0..1, and whether it is right."""
    pairs = [one.pair for one in read]
    champion = [one.champion.confidence for one in read], [pair.champion == 0 for pair in pairs]
    return champion, ([one.challenger.confidence for one in read], [pair.challenger == 0 for pair in pairs])


def read_all(contest: Contest, pictures: Iterable[GatePicture]) -> Iterator[Read]:
    """Read by both models, each picture within the charset of its set; what is no picture is left out."""
    waiting: list[tuple[GatePicture, Picture]] = []
    for one in pictures:
        if waiting and (len(waiting) == TOGETHER or waiting[0][0].charset != one.charset):
            yield from _read(contest, waiting)
            waiting = []
        try:
            waiting.append((one, decode(one.read())))
        except (PictureError, SamplesError, OSError):
            continue
    if waiting:
        yield from _read(contest, waiting)


def _read(contest: Contest, waiting: Sequence[tuple[GatePicture, Picture]]) -> Iterator[Read]:
    terms, pictures = Terms(waiting[0][0].charset), [picture for _, picture in waiting]
    champion, challenger = (_answer(one, pictures, terms) for one in (contest.champion, contest.challenger))
    for (shown, _), one, other in zip(waiting, champion, challenger, strict=True):
        yield Read(shown, one, other)


def _answer(recogniser: Recogniser, pictures: Sequence[Picture], terms: Terms) -> list[Transcription]:
    """The readings of one model; nothing where it finds no ink."""
    prepared = [_prepare(recogniser, picture) for picture in pictures]
    readings = iter(recogniser.recognise([one for one in prepared if one is not None], terms))
    return [BLANK if one is None else next(readings) for one in prepared]


def _prepare(recogniser: Recogniser, picture: Picture) -> Prepared | None:
    try:
        return recogniser.prepare(picture)
    except PictureError:
        return None
