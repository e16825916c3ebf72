"""What the review queue is worth: real pictures are read, and corrected in its order or in random order."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean

import pytest
from rapidfuzz.distance import Levenshtein

from longhand.datasets.catalogue import load
from longhand.datasets.sample import Sample
from longhand.handwriting.alphabet import normalise
from longhand.handwriting.errors import PictureError
from longhand.handwriting.hashing import perceptual_hash
from longhand.handwriting.images import decode
from longhand.inference import load as load_bundle
from longhand.samples.journal import Journal
from longhand.samples.record import Record
from longhand.samples.reviews import ReviewQueue
from longhand.servicekit.state import migrate, open_engine
from tests.real import data_sets

BUNDLES = Path(__file__).parents[2] / "bundles"
SETS = (
    "dhsd", "peraire", "testaments-de-poilus-1", "testament-de-poilus", "cremma-mss-19", "stanford-memorials",
)  # fmt: skip
"""All sets of words and lines that have a validation part; those for reporting are not touched."""

AT_ONCE = 10
"""How many readings a reviewer takes at a time."""


@dataclass(frozen=True)
class Read:
    """A picture that was read, and how many characters of how many are wrong."""

    record: Record
    truth: str
    edits: int


def read_all(samples: Sequence[Sample], bundle: str) -> Iterator[Read]:
    """The samples as the shipped bundle reads them; the writer of each is its group."""
    recogniser = load_bundle(BUNDLES / bundle, 1)
    prepared = {}
    for place, sample in enumerate(samples):
        try:
            prepared[place] = recogniser.prepare(decode(sample.read()))
        except PictureError:
            continue
    for (place, ink), found in zip(prepared.items(), recogniser.recognise(prepared.values()), strict=True):
        sample, id = samples[place], f"r-{place}"
        edits = Levenshtein.distance(normalise(found.text), normalise(sample.text))
        decision = "accept" if found.accepted else "review"
        details = {"perceptual_hash": perceptual_hash(ink.pixels)}
        record = Record(
            id, "ann", datetime.now(UTC), f"{place:064}", "text", found.text, found.confidence, decision, bundle, 1,
            writer=sample.group, details=details,
        )  # fmt: skip
        yield Read(record, sample.text, edits)


def validation(name: str) -> list[Sample]:
    return [sample for sample in load(name, data_sets()) if sample.split == "validation"]


def queued(pool: Sequence[Read], folder: Path, budget: int) -> list[Read]:
    """The first readings in the order in which the queue hands them out while they are corrected."""
    engine = open_engine(f"sqlite:///{folder / 'state.db'}", durable=False)
    migrate(engine, "services.ingestion")
    journal, queue, known = Journal(engine), ReviewQueue(engine), {one.record.id: one for one in pool}
    for one in pool:
        journal.take(one.record)
    order: list[Read] = []
    while len(order) < budget and (taken := queue.take("rita", AT_ONCE)):
        for one in taken:
            order.append(known[one.record.id])
            journal.correct(one.record.id, order[-1].truth, "rita")
    engine.dispose()
    return order[:budget]


def area(order: Sequence[Read], pool: Sequence[Read]) -> float:
    """The mean, from no correction to all, of what is left of the character error rate; 1 where nothing is mended."""
    edits = left = sum(one.edits for one in pool)
    shares = [1.0]
    for one in order:
        left -= one.edits
        shares.append(left / edits)
    return mean(shares)


def compare(pool: Sequence[Read], folder: Path, budget: int, seed: int) -> tuple[float, float]:
    """The areas of the queue's order and of a random one, its mean over 20."""
    folder.mkdir()
    source = random.Random(seed)
    chance = mean(area(source.sample(list(pool), budget), pool) for _ in range(20))
    return area(queued(pool, folder, budget), pool), chance


def test_corrections_in_the_order_of_the_queue_mend_more_than_in_random_order(tmp_path: Path) -> None:
    samples = validation("dhsd")[:45] + validation("testaments-de-poilus-1")[:15]
    ordered, chance = compare(list(read_all(samples, "text-fast")), tmp_path / "pool", 20, 0)
    assert ordered < 0.9 * chance


@pytest.mark.prove
def test_200_corrections_in_the_order_of_the_queue_leave_15_percent_less_area_than_in_random_order(
    tmp_path: Path,
) -> None:
    known = list(read_all([sample for name in SETS for sample in validation(name)], "text"))
    for size in (600, 1000):
        pools = [random.Random(seed).sample(known, size) for seed in range(5)]
        areas = [compare(pool, tmp_path / f"{size}-{seed}", 200, seed) for seed, pool in enumerate(pools)]
        gains = [1 - ordered / chance for ordered, chance in areas]
        print(f"\n{size} pictures, 200 corrections, five seeds: area less by {', '.join(f'{g:.1%}' for g in gains)}")
        assert mean(gains) >= 0.15
