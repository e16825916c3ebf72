"""Work that is done round after round."""

import asyncio
import logging

import pytest

from longhand.servicekit.rounds import repeat

log = logging.getLogger("rounds")


async def test_a_round_that_fails_is_told_once_and_the_next_is_made_all_the_same(
    caplog: pytest.LogCaptureFixture,
) -> None:
    outcomes, over = iter([OSError("away"), OSError("away"), None, OSError("again")]), asyncio.Event()
    loop = asyncio.get_running_loop()

    def make_round() -> None:
        outcome = next(outcomes, over)
        if outcome is over:
            loop.call_soon_threadsafe(over.set)
        elif isinstance(outcome, OSError):
            raise outcome

    rounds = asyncio.create_task(repeat(make_round, 0, log, "Nothing is followed for now"))
    async with asyncio.timeout(10):
        await over.wait()
    rounds.cancel()
    told = [record.getMessage() for record in caplog.records]
    assert [record.exc_info for record in caplog.records] == [None, None]
    assert told == ["Nothing is followed for now: away", "Nothing is followed for now: again"]


async def test_what_nobody_expected_leaves_its_trace(caplog: pytest.LogCaptureFixture) -> None:
    over, loop = asyncio.Event(), asyncio.get_running_loop()

    def make_round() -> None:
        loop.call_soon_threadsafe(over.set)
        raise KeyError("a mistake")

    rounds = asyncio.create_task(repeat(make_round, 60, log, "Nothing is followed for now"))
    async with asyncio.timeout(10):
        await over.wait()
        while not caplog.records:
            await asyncio.sleep(0.01)
    rounds.cancel()
    assert "in make_round" in caplog.text and caplog.records[0].getMessage().endswith("'a mistake'")
