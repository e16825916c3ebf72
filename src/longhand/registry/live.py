"""A run that is written while its training goes on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from longhand.registry.errors import NotRegistered
from longhand.registry.rest import Json, Rest
from longhand.registry.runs import PLAIN, Description, Ending, Run, begin, find, finish, resume

MOST = 900
"""Numbers in one message: MLflow takes a thousand at once."""


@dataclass(frozen=True)
class Point:
    """A number of a curve: finite, at a step, seen at a time in milliseconds since 1970."""

    key: str
    value: float
    step: int
    timestamp: int


class LiveRun:
    """A run in one MLflow server. Every method may raise RegistryUnavailable or RegistryRefused."""

    def __init__(self, rest: Rest, run: Run) -> None:
        self._rest, self._run = rest, run

    @classmethod
    def open(
        cls,
        url: str,
        experiment: str,
        params: Mapping[str, object],
        tags: Mapping[str, str],
        known: str | None = None,
        timeout: float = 10.0,
        description: Description = PLAIN,
    ) -> "LiveRun":
        """Go on with the run `known`, or begin one where the server has none of that id."""
        rest = Rest(url, timeout)
        try:
            run = _known(rest, known) or begin(rest, experiment)
            run.log(params, {}, tags)
            run.describe(description)
        except BaseException:
            rest.close()
            raise
        return cls(rest, run)

    @property
    def id(self) -> str:
        """The run's id."""
        return self._run.id

    def note(self, points: Sequence[Point]) -> None:
        """Add to the curves; a point that is sent twice is there once."""
        for start in range(0, len(points), MOST):
            self._rest.post("runs/log-batch", run_id=self.id, metrics=_rows(points[start : start + MOST]))

    def keep(self, path: Path, folder: str = "") -> None:
        """Keep a file below `folder` of the run's artefacts."""
        self._run.upload(path, folder)

    def end(self, status: Ending) -> None:
        """Say that it is over."""
        finish(self._run, status)

    def close(self) -> None:
        """Let go of the connections."""
        self._rest.close()


def _known(rest: Rest, run_id: str | None) -> Run | None:
    try:
        run = find(rest, run_id) if run_id else None
    except NotRegistered:
        return None
    if run:
        resume(run)
    return run


def _rows(points: Iterable[Point]) -> list[Json]:
    return [asdict(point) for point in points]
