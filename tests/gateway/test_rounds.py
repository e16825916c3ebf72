"""What a gateway does again and again, and how it ends."""

import asyncio
import logging
import threading

import pytest

from services.gateway.rounds import end, every


async def test_a_stop_waits_for_the_thread_that_works() -> None:
    begun, ended, stopping = threading.Event(), threading.Event(), asyncio.Event()

    def work() -> None:
        begun.set()
        stop_seen.wait()
        ended.set()

    stop_seen = threading.Event()
    task = asyncio.create_task(every(0.001, lambda: asyncio.to_thread(work), stopping))
    await asyncio.to_thread(begun.wait)
    stopping.set()
    asyncio.get_running_loop().call_later(0.05, stop_seen.set)
    await end([task])
    assert ended.is_set() and not task.cancelled()


async def test_what_fails_is_done_again_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    calls, stopping = 0, asyncio.Event()

    async def work() -> None:
        nonlocal calls
        calls += 1
        if calls == 4:
            stopping.set()
        raise OSError("away")

    with caplog.at_level(logging.ERROR):
        await every(0.001, work, stopping)
    assert calls == 4 and len(caplog.records) == 1


async def test_what_does_not_end_is_cancelled() -> None:
    task = asyncio.create_task(asyncio.sleep(60))
    await end([task], within=0.01)
    assert task.cancelled()
