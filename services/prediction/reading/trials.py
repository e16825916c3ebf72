"""A challenger beside the champion: the champion steps in where it fails, and what both read is compared."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from longhand.contracts.trials import Failure, ShadowReading
from longhand.errors import LonghandError
from services.prediction.deployment.served import Served
from services.prediction.deployment.slots import Turn
from services.prediction.errors import QueueFull
from services.prediction.metrics import ReadingMetrics

log = logging.getLogger(__name__)
PATIENCE_S = 1.0
"""How long a reading that was answered waits for what the other version makes of it."""

Read = TypeVar("Read")
Step = Callable[[Served], Awaitable[Read]]


@dataclass(frozen=True)
class Answered(Generic[Read]):
    """What was read, by which version, and the failure of the one whose turn it was."""

    read: Read
    by: Served
    failure: Failure | None = None


async def answer(turn: Turn, step: Step[Read], metrics: ReadingMetrics) -> Answered[Read]:
    """What the version whose turn it is reads, or else its substitute.

    Raises the error of the first where both fail: then it is the picture's. Too much to do is nobody's failure.
    """
    try:
        return Answered(await step(turn.served), turn.served)
    except QueueFull:
        raise
    except Exception as error:
        if turn.substitute is None:
            raise
        failure = error
    try:
        read = await step(turn.substitute)
    except QueueFull:
        raise
    except Exception:
        raise failure from None
    name, version = turn.served.name, turn.served.version
    log.warning("%s version %s cannot read a picture that the other version reads: %s", name, version, failure)
    metrics.count_substitution(name, version)
    return Answered(read, turn.substitute, Failure(version=version, code=_code(failure)))


async def compare(shadow: Served, step: Step[Read], said: Callable[[Read], tuple[str, bool]]) -> ShadowReading | None:
    """What the other version reads, of which `said` gives the text and whether it is accepted; None where it is late.

    Its trouble is its own: the answer has been given.
    """
    started = time.perf_counter()
    try:
        async with asyncio.timeout(PATIENCE_S):
            text, accepted = said(await step(shadow))
    except (TimeoutError, QueueFull):
        return None
    except Exception as error:
        log.warning("%s version %s cannot read in the shadow: %s", shadow.name, shadow.version, error)
        return ShadowReading(version=shadow.version, failure=_code(error))
    elapsed_ms = round((time.perf_counter() - started) * 1000, 2)
    return ShadowReading(version=shadow.version, text=text, accepted=accepted, elapsed_ms=elapsed_ms)


def _code(error: Exception) -> str:
    return error.code if isinstance(error, LonghandError) else "error"
