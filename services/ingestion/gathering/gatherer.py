"""Freezes the corrections of a task, and says what would be frozen now."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from longhand.contracts.learning import GatherRequest, Upcoming
from longhand.contracts.models import ModelName
from longhand.contracts.pictures import SUFFIXES, media_type
from longhand.contracts.readings import Task
from longhand.samples.blobs import Blobs
from longhand.samples.corrections import Corrected
from longhand.samples.gathering import SET, Gathered, gather, group_of, lines
from longhand.samples.gatherings import Gathering, Gatherings
from longhand.samples.judging import State
from longhand.samples.versions import Versions
from longhand.tasks import TASKS

ALL = 10_000_000
"""More corrections than there will be."""


class Table(Protocol):
    """The corrections, as `samples.corrections` keeps them."""

    def standing(self, trusted: bool = True) -> Sequence[Corrected]: ...

    def after(self, number: int, limit: int = 1000) -> Sequence[Corrected]: ...


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Gatherer:
    """What gathers: from the corrections into the store, with a note in the table of gatherings."""

    corrections: Table
    gatherings: Gatherings
    versions: Versions
    blobs: Blobs
    now: Callable[[], datetime] = _now

    def gather(self, task: Task, request: GatherRequest, by: str) -> Gathering | None:
        """Freeze the corrections of a task; None where there are none, or the same as in the last gathering.

        Whoever is killed in between does the same again: a version is named by what it holds, and noted once.
        """
        found, last = self._find(task), self.gatherings.last(task)
        if not found.taken:
            return None
        new = found.since(last.upto if last else 0)
        frozen = self.versions.freeze(
            f"{SET}-{task}", lines(found.taken, self._suffix), {"corrections": task.value}, dropped=found.left_out
        )
        made = Gathering(
            task=task.value,
            version=frozen.version,
            corrections=len(found.taken),
            new=len(new),
            upto=found.upto,
            first_at=min(one.at for one in new or found.taken),
            full=request.full,
            reason=request.reason,
            by=by,
            at=self.now(),
            left_out=dict(found.left_out),
        )
        return made if self.gatherings.add(made) else None

    def preview(self, task: Task) -> Upcoming:
        """What would be learned from if the corrections of a task were gathered now."""
        found, last = self._find(task), self.gatherings.last(task)
        return Upcoming(
            task=task,
            models=[ModelName(name) for name, entry in TASKS.items() if entry.wire == task],
            corrections=len(found.taken),
            new=len(found.since(last.upto if last else 0)),
            people=len({one.by for one in found.taken}),
            groups=len({group_of(one) for one in found.taken}),
            gate=found.gate,
            left_out={**found.left_out, **self._count_undecided(task)},
            last=last.version if last else None,
            last_at=last.at if last else None,
        )

    def find_new(self, task: Task) -> tuple[int, int, int]:
        """How many corrections wait to be learned from, the last one's number in the journal, and the last gathering's
        number."""
        found, last = self._find(task), self.gatherings.last(task)
        return len(found.since(last.upto if last else 0)), found.upto, last.number if last else 0

    def _find(self, task: Task) -> Gathered:
        return gather(one for one in self.corrections.standing(trusted=False) if one.task == task)

    def _count_undecided(self, task: Task) -> dict[str, int]:
        """By state, how many corrections do not stand yet."""
        undecided = Counter(one.state.value for one in self.corrections.after(0, ALL) if one.task == task)
        return {state: undecided[state] for state in (State.WAITING, State.DISPUTED) if undecided[state]}

    def _suffix(self, picture: str) -> str:
        return SUFFIXES.get(media_type(self.blobs.get(picture)), ".img")
