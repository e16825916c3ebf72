"""Where a training reports its numbers and texts, step by step."""

from collections.abc import Mapping
from typing import Protocol


class TrainingLogger(Protocol):
    """Keeps numbers and texts by step, counted from the first of the training. It never makes a training wait."""

    def note(self, step: int, values: Mapping[str, float]) -> None:
        """Keep numbers by name, `group/name`; they need not be finite."""
        ...

    def show(self, step: int, texts: Mapping[str, str]) -> None:
        """Keep texts by name, in Markdown."""
        ...


class TrainingLoggers:
    """Several loggers as one, or none. One that fails is named and left out, so that it never ends a training."""

    def __init__(self, *loggers: TrainingLogger) -> None:
        self._loggers = list(loggers)

    def note(self, step: int, values: Mapping[str, float]) -> None:
        """See TrainingLogger."""
        for logger in list(self._loggers):
            try:
                logger.note(step, values)
            except Exception as error:
                self._leave(logger, error)

    def show(self, step: int, texts: Mapping[str, str]) -> None:
        """See TrainingLogger."""
        for logger in list(self._loggers):
            try:
                logger.show(step, texts)
            except Exception as error:
                self._leave(logger, error)

    def _leave(self, logger: TrainingLogger, error: Exception) -> None:
        self._loggers.remove(logger)
        print(f"The training goes on without {type(logger).__name__}: {error}", flush=True)


class Prefixed:
    """A training logger whose names all begin with a prefix, which keeps an earlier training apart from the next."""

    def __init__(self, logger: TrainingLogger, prefix: str) -> None:
        self._logger, self._prefix = logger, prefix

    def note(self, step: int, values: Mapping[str, float]) -> None:
        """See TrainingLogger."""
        self._logger.note(step, {f"{self._prefix}{name}": value for name, value in values.items()})

    def show(self, step: int, texts: Mapping[str, str]) -> None:
        """See TrainingLogger."""
        self._logger.show(step, {f"{self._prefix}{name}": text for name, text in texts.items()})
