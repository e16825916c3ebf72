"""One version of a model made a person's own: fitted, and judged before anybody is answered by it."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from longhand.bundles.adapter import NONE, Adapter, Halves
from longhand.contracts.adaptations import Refusal
from longhand.datasets.sample import Sample
from longhand.handwriting.alphabet import normalise
from longhand.handwriting.errors import PictureError
from longhand.handwriting.images import decode
from longhand.handwriting.preprocessing import Prepared
from longhand.inference import Recogniser
from longhand.inference.base import Answer
from longhand.learning.adaptation import OF_GLYPHS, USUAL, Lesson, Pace, Seen, adapt
from longhand.tasks import find
from services.training.adapting.material import Material

MARGIN = 0.003
"""By so much the CER of the judging pictures may rise."""

WEIGHTS = (1.0, 8.0, 40.0)
"""How often the picture that was corrected last counts: more often where it is not read right otherwise."""

SHARES = (1.0, 0.7, 0.5, 0.35, 0.25)
"""By so much of itself an adapter is tried, the most first: less of it where others' pictures would be read worse."""

ENOUGH = 12
"""From so many corrections on there is enough to learn shifts from, and some to keep back."""

REMEMBERED = 2_000
"""So many people's pictures are kept in memory as the network answered them."""


@dataclass(frozen=True)
class Shown:
    """A picture as a network answers it, and what it shows."""

    answer: Answer
    prepared: Prepared
    text: str


@dataclass(frozen=True)
class Verdict:
    """An adapter that may serve, or why none may, in a sentence and as a code; `rise` is that of the judging pictures'
    CER, 0.01 a point."""

    adapter: Adapter | None
    rise: float
    reason: str = ""
    code: Refusal | None = None


class Fitting:
    """A loaded version with what it answers to the pictures of others; for one thread."""

    def __init__(self, recogniser: Recogniser, material: Material, pace: Pace | None = None) -> None:
        self._recogniser, self._blank = recogniser, bool(find(recogniser.card.task).blank)
        self._pace = pace or (USUAL if self._blank else OF_GLYPHS)
        self._shifts, self._lessons = NONE, 0
        self.pulling, self._judging = list(self._show(material.pulling)), list(self._show(material.judging))
        self._read = [(_find_path(one), self._interpret(one)) for one in self._judging]
        self._known: OrderedDict[str, tuple[Answer, Prepared]] = OrderedDict()

    def shift(self, shifts: Halves, lessons: int) -> "Fitting":
        """The same of the network as it answers with shifts, learned from so many lessons; they are part of what is
        fitted then, and judged with it."""
        moved = copy(self)
        moved._shifts, moved._lessons, moved._known = shifts, lessons, OrderedDict()
        moved.pulling, moved._judging = moved.answer(self.pulling), moved.answer(self._judging)
        return moved

    def answer(self, shown: Sequence[Shown]) -> list[Shown]:
        """Pictures that another fitting has shown, as the network answers them here."""
        return [replace(one, answer=self._answer(one.prepared)) for one in shown]

    def show(self, key: str, picture: bytes, text: str) -> Shown:
        """A person's picture, by its SHA-256; raises PictureError."""
        if key not in self._known:
            prepared = self._recogniser.prepare(decode(picture))
            self._known[key] = self._answer(prepared), prepared
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        self._known.move_to_end(key)
        return Shown(*self._known[key], text)

    def fit(self, shown: Sequence[Shown], exact: bool = True) -> Verdict:
        """The person's adapter, from what they corrected, the last of it last. Unless it has to be `exact`, it serves
        as well where that last picture is still misread, if it is read no worse than by the network of everybody."""
        verdict = Verdict(None, 0.0, "None of the texts can be written by this model.", Refusal.CANNOT_WRITE)
        lessons = [lesson for one in shown if (lesson := self._teach(one))]
        pulling = [_see(one) for one in self.pulling]
        for weight in WEIGHTS if lessons else ():
            weighed = [*lessons[:-1], replace(lessons[-1], weight=weight)]
            last = adapt(weighed, pulling, self._recogniser.card.sha256, self._blank, self._pace)
            adapter = replace(last, shifts=self._shifts, lessons=self._lessons)
            verdict = use_most(adapter, partial(self._judge, shown[-1], exact))
            if verdict.adapter:
                return verdict
        return verdict

    def _judge(self, last: Shown, exact: bool, adapter: Adapter) -> Verdict:
        """The corrected picture is read right, and those of others are read as well as before."""
        rise = self._measure(adapter)
        if rise > MARGIN:
            worse = f"Other pictures would be read worse, by {100 * rise:.1f} points."
            return Verdict(None, rise, worse, Refusal.OTHERS_WORSE)
        errors = _count(last.text, self._interpret(replace(last, answer=last.answer.adapt(adapter))))
        if errors > (0 if exact else self._count_before(last)) and self.can_write(last.text):
            misread = "The picture that was corrected last would not be read right."
            return Verdict(None, rise, misread, Refusal.STILL_MISREAD)
        return Verdict(adapter, rise)

    def _measure(self, adapter: Adapter) -> float:
        """By how much the CER of the judging pictures rises. What is the likeliest path as before is read as before."""
        more = characters = 0
        for one, (path, before) in zip(self._judging, self._read, strict=True):
            characters += len(one.text)
            adapted = replace(one, answer=one.answer.adapt(adapter))
            if not np.array_equal(_find_path(adapted), path):
                more += _count(one.text, self._interpret(adapted)) - _count(one.text, before)
        return more / max(1, characters)

    def _count_before(self, one: Shown) -> int:
        """The errors in a picture as the network reads it for everybody."""
        return _count(one.text, self._interpret(replace(one, answer=self._recogniser.answer([one.prepared])[0])))

    def _answer(self, prepared: Prepared) -> Answer:
        return self._recogniser.answer([prepared], [self._shifts])[0]

    def _show(self, samples: Iterable[Sample]) -> Iterable[Shown]:
        for sample in samples:
            try:
                prepared = self._recogniser.prepare(decode(sample.read()))
            except (PictureError, OSError):
                continue
            yield Shown(self._answer(prepared), prepared, sample.text)

    def _teach(self, one: Shown) -> Lesson | None:
        """What an adaptation learns from a correction; nothing where the model cannot write it."""
        outputs = tuple(self._recogniser.card.alphabet.encode(normalise(one.text)))
        seen = _see(one)
        fits = 0 < len(outputs) <= len(seen.logits)
        return Lesson(seen, outputs) if fits and self.can_write(one.text) else None

    def can_write(self, text: str) -> bool:
        return not self._recogniser.card.alphabet.missing(normalise(text))

    def _interpret(self, one: Shown) -> str:
        return self._recogniser.interpret(one.answer.logits, one.prepared).text


def use_most(adapter: Adapter, judge: Callable[[Adapter], Verdict]) -> Verdict:
    """What is said of as much of an adapter as others' pictures allow, or of the least that is tried."""
    for share in SHARES:
        verdict = judge(_weaken(adapter, share))
        if verdict.rise <= MARGIN:
            break
    return verdict


def _weaken(adapter: Adapter, share: float) -> Adapter:
    """One that changes logits by so much of what this one does."""
    weights, bias = (part * np.float16(share) for part in (adapter.weights, adapter.bias))
    return replace(adapter, weights=weights, bias=bias)


def _find_path(one: Shown) -> NDArray[np.intp]:
    """The likeliest output of each frame."""
    return np.asarray(one.answer.logits.argmax(axis=-1), np.intp)


def _see(one: Shown) -> Seen:
    """A glyph's answer is one frame."""
    logits, features = one.answer.logits, one.answer.features
    return Seen(logits, features) if logits.ndim == 2 else Seen(logits[None], features[None])


def _count(truth: str, reading: str) -> int:
    return Levenshtein.distance(normalise(truth), normalise(reading))
