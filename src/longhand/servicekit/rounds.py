"""Work that is done round after round for as long as a service runs."""

import asyncio
import logging
from collections.abc import Callable

from sqlalchemy.exc import OperationalError

from longhand.errors import LonghandError

AWAY = (LonghandError, OperationalError, OSError)
"""What is said by an error's own words: something that is out of reach, or that cannot be done now."""


async def repeat(make_round: Callable[[], object], interval: float, log: logging.Logger, complaint: str) -> None:
    """Makes rounds in a thread until cancelled, `interval` seconds between them.

    One that fails does not keep the next from being made; of failures in a row the first is logged, as `complaint`, and
    with its trace where nobody expected it.
    """
    failing = False
    while True:
        try:
            await asyncio.to_thread(make_round)
            failing = False
        except Exception as error:
            if not failing:
                _tell(log, complaint, error)
            failing = True
        await asyncio.sleep(interval)


def _tell(log: logging.Logger, complaint: str, error: Exception) -> None:
    if isinstance(error, AWAY):
        log.warning("%s: %s", complaint, error)
    else:
        log.error("%s: %s", complaint, error, exc_info=error)
