"""A challenger beside the champion: its share, its failures, and what it reads in the shadow."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from longhand.contracts.readings import MeasuredReading
from longhand.contracts.trials import Failure
from longhand.handwriting.errors import NoInk
from services.prediction.deployment.slots import is_challenged
from services.prediction.reading.reader import ReadingRequest
from tests.prediction.fakes import FakeRegistry
from tests.prediction.pictures import blank, word
from tests.prediction.test_watching import Bench

MINE = next(f"r{number}" for number in range(100) if is_challenged(f"r{number}", 0.5))
OTHERS = next(f"r{number}" for number in range(100) if not is_challenged(f"r{number}", 0.5))


@pytest.fixture
def bench(registry: FakeRegistry, executor: ThreadPoolExecutor, tmp_path: Path) -> Bench:
    return Bench(registry, tmp_path, executor)


async def challenge(bench: Bench, share: float = 0.5, mode: str = "canary", **card: object) -> None:
    """Version 2, as the card has it, challenges version 1."""
    bench.registry.add("text", 2, **card)
    bench.registry.deploy("text", 1, challenger=2, share=share, mode=mode)
    await bench.watcher.look()


async def read(bench: Bench, reading: str, picture: bytes | None = None) -> MeasuredReading:
    return await bench.reader.read(reading, picture or word(), ReadingRequest(), "bob")


@pytest.mark.parametrize(("card", "code"), [({"refuses": True}, "no_ink"), ({"breaks": True}, "error")])
async def test_where_a_challenger_fails_the_champion_answers_and_the_reading_says_so(
    bench: Bench, card: dict[str, bool], code: str
) -> None:
    await challenge(bench, **card)
    answer = await read(bench, MINE)
    assert (answer.text, answer.model.version) == ("text-1", 1)
    assert answer.trial and answer.trial.failure == Failure(version=2, code=code)
    labels = {"model": "text", "version": "2"}
    assert bench.scraped.get_sample_value("longhand_substituted_readings_total", labels) == 1


async def test_what_neither_can_read_is_refused_as_ever(bench: Bench) -> None:
    await challenge(bench)
    for reading in (MINE, OTHERS):
        with pytest.raises(NoInk):
            await read(bench, reading, blank())


async def test_in_a_canary_both_read_while_nothing_else_is_read(bench: Bench) -> None:
    await challenge(bench)
    alone = [await read(bench, reading) for reading in (MINE, OTHERS)]
    seen = [(one.text, one.trial and one.trial.shadow and one.trial.shadow.text) for one in alone]
    assert seen == [("text-2", "text-1"), ("text-1", "text-2")]
    crowd = await asyncio.gather(*(read(bench, f"r{number}") for number in range(20)))
    assert sum(one.trial is None for one in crowd) >= 15


async def test_a_challenger_in_the_shadow_reads_its_share_but_does_not_answer(bench: Bench) -> None:
    await challenge(bench, mode="shadow")
    mine, others = await read(bench, MINE), await read(bench, OTHERS)
    assert (mine.text, others.text, others.trial) == ("text-1", "text-1", None)
    assert mine.trial and mine.trial.shadow
    shadow = mine.trial.shadow
    assert (shadow.version, shadow.text, shadow.accepted, shadow.failure) == (2, "text-2", True, None)
    assert shadow.elapsed_ms > 0
    labels = {"model": "text", "version": "2", "agrees": "no"}
    assert bench.scraped.get_sample_value("longhand_shadow_readings_total", labels) == 1


async def test_a_failure_in_the_shadow_is_kept_and_harms_nobody(bench: Bench) -> None:
    await challenge(bench, share=1.0, mode="shadow", refuses=True)
    answer = await read(bench, "r1")
    assert answer.text == "text-1"
    assert answer.trial and answer.trial.shadow and answer.trial.shadow.failure == "no_ink"


async def test_a_shadow_that_is_late_is_not_waited_for(bench: Bench) -> None:
    await challenge(bench, share=1.0, mode="shadow", seconds=1.5)
    answer = await asyncio.wait_for(read(bench, "r1"), 1.4)
    assert (answer.text, answer.trial) == ("text-1", None)


async def test_without_a_challenger_a_reading_has_no_trial(bench: Bench) -> None:
    await bench.watcher.look()
    assert (await read(bench, "r1")).trial is None
