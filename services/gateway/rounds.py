"""What a gateway does again and again while it runs."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection

log = logging.getLogger(__name__)
END_S = 10.0
"""How long what is under way may take to end."""


async def every(seconds: float, work: Callable[[], Awaitable[None]], stopping: asyncio.Event) -> None:
    """Does the work again and again; the database may be away for a while, which is logged once.

    Work in a thread cannot be cancelled, and would use the database after it is closed: so a stop waits for it.
    """
    failing = False
    while not await _happens(stopping, within=seconds):
        try:
            await work()
            failing = False
        except Exception:
            if not failing:
                log.exception("What gateways share is not up to date.")
            failing = True


async def _happens(event: asyncio.Event, within: float) -> bool:
    try:
        await asyncio.wait_for(event.wait(), within)
    except TimeoutError:
        return False
    return True


async def end(tasks: Collection[asyncio.Task[None]], within: float = END_S) -> None:
    """Waits for tasks that have been asked to end, and cancels those that have not after so many seconds."""
    _, late = await asyncio.wait(tasks, timeout=within)
    for task in late:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
