"""What corrections of a hand that was never learned from are worth, and what a thousand people cost."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from longhand.bundles.adapter import NONE, Adapter
from longhand.contracts.readings import Task
from longhand.datasets.catalogue import load as load_set
from longhand.datasets.sample import Sample
from longhand.handwriting.alphabet import normalise
from longhand.handwriting.ctc.vocabulary import Vocabulary, find_words
from longhand.handwriting.images import decode
from longhand.handwriting.terms import ANY, Terms
from longhand.inference import Recogniser, load
from longhand.learning.augmentation import distort_glyph
from services.prediction.deployment.adapters import Adapters
from services.training.adapting.deepening import Deepening
from services.training.adapting.fitting import MARGIN, Fitting, Shown
from services.training.adapting.material import Material, gather
from tests.prediction.fakes import FakeRegistry
from tests.prediction.pictures import word
from tests.proof import Figure, Proof
from tests.real import data_sets

pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:In the future `np.object` will be defined:FutureWarning"),
]
BUNDLES = Path(__file__).parents[2] / "bundles"
TASKS = {"text": Task("text"), "text-fast": Task("text"), "characters": Task("character")}
Edits = NDArray[np.int64]
Result = TypeVar("Result")
DRAWS = 1000


@cache
def shipped(model: str) -> Recogniser:
    return load(BUNDLES / model, threads=1, engine="onnxruntime")


@cache
def fitting(model: str) -> Fitting:
    return Fitting(shipped(model), gather(TASKS[model]))


@cache
def hands(model: str, name: str, split: str) -> list[list[Shown]]:
    """The pictures of each hand of a set, as the network answers them, in a random order that is always the same."""
    samples = sorted((one for one in load_set(name, data_sets()) if one.split == split), key=lambda one: one.group)
    found = []
    for _, group in groupby(samples, key=lambda one: one.group):
        own = list(group)
        order = np.random.default_rng(0).permutation(len(own))
        found.append([show(model, own[place]) for place in order])
    return found


def show(model: str, sample: Sample) -> Shown:
    return fitting(model).show(f"{sample.set}/{sample.name}", sample.read(), sample.text)


@cache
def deepening(model: str) -> Deepening | None:
    return Deepening(BUNDLES / model) if shipped(model).card.shifts else None


def deepen(model: str, taught: Sequence[Shown]) -> tuple[Fitting | None, Adapter | None]:
    """What the second step of an adaptation makes of corrections: none where it brings nothing."""
    found = deepening(model)
    for own in found.fittings(fitting(model), taught) if found else ():
        if adapter := own.fit(own.answer(taught), exact=False).adapter:
            return own, adapter
    return None, None


def time_of(step: Callable[[], Result]) -> tuple[Result, float]:
    """What a step gives, and how many seconds it took."""
    started = time.perf_counter()
    return step(), time.perf_counter() - started


def learn_words(shown: Sequence[Shown]) -> Terms:
    """The vocabulary that these corrections make, the last of them first."""
    words = [word for one in reversed(shown) for word in find_words(one.text)]
    return Terms(vocabulary=Vocabulary(Counter(words)))


def count(model: str, shown: Sequence[Shown], adapter: Adapter | None = None, terms: Terms = ANY) -> Edits:
    """The edits of each reading."""
    answers = [one.answer.adapt(adapter) if adapter else one.answer for one in shown]
    read = shipped(model).interpret_all([one.logits for one in answers], [one.prepared for one in shown], terms)
    pairs = [(normalise(one.text), normalise(found.text)) for one, found in zip(shown, read, strict=True)]
    return np.array([Levenshtein.distance(*pair) for pair in pairs])


def count_letters(shown: Sequence[Shown]) -> int:
    return sum(len(normalise(one.text)) for one in shown)


def measure_fall(before: Edits, after: Edits) -> list[float]:
    """By which share of itself the CER falls, and an interval of 95 %, drawn by picture."""
    random = np.random.default_rng(0)
    drawn = [random.integers(0, len(before), len(before)) for _ in range(DRAWS)]
    low, high = np.quantile([1 - after[some].sum() / before[some].sum() for some in drawn], [0.025, 0.975])
    return [round(float(share), 4) for share in (1 - after.sum() / before.sum(), low, high)]


@pytest.mark.prove
@pytest.mark.parametrize("model", ["text", "text-fast"])
@pytest.mark.parametrize(
    ("name", "split", "corrected", "bar"),
    [
        ("dhsd", "test", 16, 0.10),
        ("dhsd", "test", 64, 0.20),
        ("dhsd", "test", 80, 0.25),
        ("celestine", "unseen", 20, 0.10),
        ("celestine", "unseen", 60, 0.25),
    ],
)
def test_the_rest_of_a_hand_is_read_better_once_some_of_it_is_corrected(
    model: str, name: str, split: str, corrected: int, bar: float, proof: Proof
) -> None:
    """By the last layer, by the shifts beneath it, by the vocabulary that the same corrections make, and by all as the
    person is answered."""
    edits: dict[str, list[Edits]] = {kind: [] for kind in ("before", "last layer", "shifts", "vocabulary", "both")}
    letters, took = 0, list[Figure]()
    for shown in hands(model, name, split):
        taught, rest = shown[:corrected], shown[corrected:]
        last, words = fitting(model).fit(taught).adapter, learn_words(taught)
        (own, deep), seconds = time_of(lambda: deepen(model, taught))  # noqa: B023 - called at once
        took.append(round(seconds, 1))
        edits["before"].append(count(model, rest))
        edits["last layer"].append(count(model, rest, last))
        edits["vocabulary"].append(count(model, rest, terms=words))
        moved, adapter = (own.answer(rest), deep) if own else (rest, last)
        edits["shifts"].append(count(model, moved, adapter))
        edits["both"].append(count(model, moved, adapter, words))
        letters += count_letters(rest)
        worse = edits["both"][-1].sum() - edits["before"][-1].sum()
        assert worse <= 0.01 * count_letters(rest), "no hand is read worse by more than a point"
    pooled = {kind: np.concatenate(some) for kind, some in edits.items()}
    cer: dict[str, Figure] = {kind: round(float(some.sum() / letters), 4) for kind, some in pooled.items()}
    fall = {kind: measure_fall(pooled["before"], pooled[kind]) for kind in pooled if kind != "before"}
    shares: dict[str, Figure] = {kind: list[Figure](some) for kind, some in fall.items()}
    proof.show(f"{corrected} corrections of a hand of {name}, {model}", bar=bar, cer=cer, fall=shares, seconds=took)
    assert fall["both"][0] >= bar


@pytest.mark.prove
def test_characters_of_a_hand_are_read_better_where_they_come_again(proof: Proof) -> None:
    """Letters by people of whom nothing was learned: each is corrected, and three pictures are made of it.

    No set has several letters of a kind by people whom it names.
    """
    model, random = "characters", np.random.default_rng(0)
    before, after = list[Edits](), list[Edits]()
    for shown in hands(model, "omniglot-latin", "unseen"):
        verdict = fitting(model).fit(shown)
        again = [distort(model, one, random) for one in shown for _ in range(3)]
        before.append(count(model, again))
        after.append(count(model, again, verdict.adapter))
    old, new = np.concatenate(before), np.concatenate(after)
    fall = measure_fall(old, new)
    proof.show(
        "letters corrected once, met again in other pictures, characters",
        pictures=len(old),
        misread_before=int(old.sum()),
        misread=int(new.sum()),
        fall=list[Figure](fall),
    )
    assert fall[0] > 0


def test_characters_that_all_slant_are_read_better_once_some_are_corrected() -> None:
    """The short form of it, with drawn characters."""
    random, drawn = np.random.default_rng(0), list(load_set("stroke-glyphs", count=280))
    alone = Fitting(shipped("characters"), Material(drawn[:80], drawn[80:180], drawn=True))
    own = [slant(alone.show(one.name, one.read(), one.text)) for one in drawn[180:]]
    again = [distort("characters", one, random) for one in own]
    verdict = alone.fit(own)
    before, after = count("characters", again).sum(), count("characters", again, verdict.adapter).sum()
    print(f"\n{before} -> {after} of {len(again)} misread; others {verdict.rise:+.1%}")
    assert verdict.adapter is not None and verdict.rise <= MARGIN
    assert after <= 0.7 * before


def slant(shown: Shown) -> Shown:
    """The same character by a hand that slants."""
    side = shown.prepared.width
    pixels = cv2.warpAffine(shown.prepared.pixels, np.array([[1, -0.5, side / 4], [0, 1, 0]]), (side, side))
    prepared = replace(shown.prepared, pixels=np.asarray(pixels, np.uint8))
    return Shown(shipped("characters").answer([prepared])[0], prepared, shown.text)


def distort(model: str, shown: Shown, random: np.random.Generator) -> Shown:
    """Another picture of the same character."""
    prepared = replace(shown.prepared, pixels=distort_glyph(shown.prepared.pixels, random, 0.5))
    return Shown(shipped(model).answer([prepared])[0], prepared, shown.text)


def test_a_thousand_people_take_little_memory_and_little_time(tmp_path: Path) -> None:
    """In the same process, so that other work on the machine slows both alike. Everybody has shifts as well, and each
    picture of a batch is another person's."""
    people, rounds = 1000, 4
    registry, recogniser = FakeRegistry(), shipped("text")
    random, card = np.random.default_rng(0), recogniser.card
    made = []
    for _ in range(people):
        weights = random.normal(0, 0.01, (card.features, card.alphabet.size)).astype(np.float16)
        shifts = random.normal(0, 0.001, card.shifts).astype(np.float16)
        made.append(Adapter(card.sha256, 4.0, weights, np.zeros(card.alphabet.size, np.float16), shifts, 20))
        registry.adapters[made[-1].digest] = made[-1].pack()
    adapters = Adapters(registry, tmp_path, 128 * 10**6)
    while adapters.missing("text", set(registry.adapters)):
        adapters.follow("text", set(registry.adapters))
    assert sum(one.size for one in made) <= 300 * 10**6
    prepared = [recogniser.prepare(decode(word(120)))] * 16
    taken = {"one": 0.0, "own": 0.0}
    for turn in range(rounds):
        for kind in taken:
            started = time.perf_counter()
            asked = [one.digest for one in made[16 * turn : 16 * turn + 16]]
            owners = [adapters.find("text", digest) if kind == "own" else None for digest in asked]
            assert all(owners) == (kind == "own")
            answers = recogniser.answer(prepared, [own.shifts if own else NONE for own in owners])
            for one, answer, own in zip(prepared, answers, owners, strict=True):
                recogniser.interpret((answer.adapt(own) if own else answer).logits, one)
            taken[kind] += time.perf_counter() - started
    print(f"\n{taken['one'] / taken['own']:.0%} of the words per second with an adapter for each")
    assert taken["one"] / taken["own"] >= 0.7
