"""Work that is done round after round for as long as a service runs."""

import asyncio
import logging
from collections.abc import Callable


async def repeat(make_round: Callable[[], object], interval: float, log: logging.Logger, complaint: str) -> None:
    """Makes rounds in a thread until cancelled, `interval` seconds between them.

    One that fails does not keep the next from being made; of failures in a row the first is logged, as `complaint`.
    """
    failing = False
    while True:
        try:
            await asyncio.to_thread(make_round)
            failing = False
        except Exception as error:
            if not failing:
                log.warning("%s: %s", complaint, error)
            failing = True
        await asyncio.sleep(interval)
