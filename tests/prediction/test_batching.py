import asyncio
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from services.prediction.errors import QueueFull
from services.prediction.reading.batching import Batcher


class Doubler:
    """Doubles numbers, remembers its batches, and waits at a gate while that is closed."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.batches: list[tuple[str, list[int]]] = []

    def __call__(self, key: str, items: Sequence[int]) -> list[int]:
        self.gate.wait(10)
        self.batches.append((key, list(items)))
        if 13 in items:
            raise ValueError("thirteen")
        return [2 * item for item in items]


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


def batcher(run: Doubler, executor: ThreadPoolExecutor, size: int = 4, room: int = 100) -> Batcher[str, int, int]:
    return Batcher(run, executor, size=size, room=room)


async def test_a_lone_item_goes_at_once(executor: ThreadPoolExecutor) -> None:
    run = Doubler()
    assert await batcher(run, executor).submit("a", 4) == 8
    assert run.batches == [("a", [4])]


async def test_what_waits_while_a_batch_runs_is_the_next_batch(executor: ThreadPoolExecutor) -> None:
    run = Doubler()
    run.gate.clear()
    batches = batcher(run, executor)
    tasks = [asyncio.create_task(batches.submit("a", number)) for number in range(2)]
    await asyncio.sleep(0.05)
    tasks += [asyncio.create_task(batches.submit("a", number)) for number in range(2, 9)]
    await asyncio.sleep(0.05)
    assert batches.waiting == 7
    run.gate.set()
    assert await asyncio.gather(*tasks) == [2 * number for number in range(9)]
    assert [items for _, items in run.batches] == [[0, 1], [2, 3, 4, 5], [6, 7, 8]]


async def test_keys_are_never_mixed_and_take_turns(executor: ThreadPoolExecutor) -> None:
    run = Doubler()
    batches = batcher(run, executor, size=2)
    await asyncio.gather(*(batches.submit(key, number) for number, key in enumerate("aababab")))
    assert [key for key, _ in run.batches] == ["a", "b", "a", "b"]


async def test_one_more_than_the_room_is_refused_and_the_others_are_answered(executor: ThreadPoolExecutor) -> None:
    run = Doubler()
    run.gate.clear()
    batches = batcher(run, executor, size=1, room=2)
    first = asyncio.create_task(batches.submit("a", 0))
    await asyncio.sleep(0.05)
    waiting = [asyncio.create_task(batches.submit("a", number)) for number in (1, 2)]
    await asyncio.sleep(0)
    with pytest.raises(QueueFull):
        await batches.submit("a", 3)
    run.gate.set()
    assert await asyncio.gather(first, *waiting) == [0, 2, 4]


async def test_a_bad_item_does_not_spoil_the_others_of_its_batch(executor: ThreadPoolExecutor) -> None:
    batches = batcher(Doubler(), executor)
    results = await asyncio.gather(*(batches.submit("a", n) for n in (12, 13, 14)), return_exceptions=True)
    assert results[0] == 24 and results[2] == 28
    assert isinstance(results[1], ValueError)


async def test_who_gave_up_waiting_is_not_computed(executor: ThreadPoolExecutor) -> None:
    run = Doubler()
    run.gate.clear()
    batches = batcher(run, executor, size=1)
    first = asyncio.create_task(batches.submit("a", 1))
    await asyncio.sleep(0.05)
    gone = asyncio.create_task(batches.submit("a", 2))
    await asyncio.sleep(0.01)
    gone.cancel()
    run.gate.set()
    assert await first == 2
    assert await batches.submit("a", 3) == 6
    assert [items for _, items in run.batches] == [[1], [3]]
