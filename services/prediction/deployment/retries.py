"""When to try again what did not work."""

import time
from collections.abc import Callable
from dataclasses import dataclass

LONGEST_PAUSE = 60.0


@dataclass(frozen=True)
class Trial:
    """An epoch that could not be applied whole; `pause` in seconds, `due` on the clock."""

    epoch: int
    pause: float
    due: float


class Retries:
    """At most one trial for each model; its pause doubles up to a minute, a new epoch starts afresh."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._trials: dict[str, Trial] = {}

    def postpone(self, name: str, epoch: int) -> None:
        """This epoch did not work: later."""
        before = self._trials.get(name)
        pause = min(LONGEST_PAUSE, before.pause * 2) if before and before.epoch == epoch else 1.0
        self._trials[name] = Trial(epoch, pause, self._clock() + pause)

    def forget(self, name: str) -> None:
        """It worked."""
        self._trials.pop(name, None)

    def pending(self, name: str, epoch: int) -> bool:
        """Whether this epoch has been tried and is still to be applied."""
        return name in self._trials and self._trials[name].epoch == epoch

    def due(self, name: str) -> bool:
        """Whether the pause is over."""
        return self._clock() >= self._trials[name].due

    def names(self) -> list[str]:
        """The models that something did not work for."""
        return list(self._trials)
