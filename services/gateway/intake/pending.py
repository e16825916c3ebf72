"""Corrections of readings that are not delivered yet, as they lie in the outbox's folder: what is accepted is not lost.

<folder>/<reading>.<number>.correction   one correction or withdrawal; a larger number was accepted later
<folder>/refused/                        those that ingestion will never take, kept for a person to look at
"""

import errno
import time
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from longhand.contracts.accounts import Role
from longhand.contracts.corrections import Correction, CorrectionState, NewCorrection
from longhand.contracts.readings import StoredReading, Task, Withdrawal
from longhand.durable import write


class Pending(BaseModel):
    """A correction that waits until its reading is delivered; without `correction` it takes back the one before.

    `key` is the name by which ingestion writes it down once. `owner` is whose reading it is, `role` that of the person
    who corrects when they did it.
    """

    model_config = ConfigDict(frozen=True)

    key: str
    reading: str
    owner: str
    task: Task
    by: str
    role: Role
    at: datetime
    correction: NewCorrection | None = None


class PendingSpool:
    """The corrections in a folder, each whole or absent whenever the process dies. Every method blocks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._last = 0

    def load(self) -> list[Pending]:
        """What waits, in the order in which it was accepted."""
        paths = sorted(self._folder.glob("*.correction"), key=_number)
        self._last = max((_number(path) for path in paths), default=0)
        return [_read(path) for path in paths]

    def write(self, pending: Pending) -> None:
        """Puts a correction safely on disk, after all that are there."""
        if not self._folder.is_dir():
            raise FileNotFoundError(errno.ENOENT, "the folder is gone")
        self._last = max(self._last + 1, time.time_ns())
        name = f"{pending.reading}.{self._last}.correction"
        write(self._folder / name, pending.model_dump_json().encode())

    def discard(self, pending: Pending) -> None:
        """Removes a correction that was delivered."""
        for path in self._of(pending.reading):
            if _read(path).key == pending.key:
                path.unlink()

    def set_aside(self, pending: Pending) -> None:
        """Moves a correction out of the way, to be looked at by a person."""
        for path in self._of(pending.reading):
            if _read(path).key == pending.key:
                path.rename(self._folder / "refused" / path.name)

    def of(self, owner: str, until: datetime | None = None) -> list[str]:
        """Somebody's readings of which corrections lie here, made until then; refused ones as `refused/<id>`."""
        waiting, refused = self._folder.glob("*.correction"), (self._folder / "refused").glob("*.correction")

        def is_theirs(one: Pending) -> bool:
            return one.owner == owner and (until is None or one.at <= until)

        found = {one.reading for one in map(_read, waiting) if is_theirs(one)}
        aside = {f"refused/{one.reading}" for one in map(_read, refused) if is_theirs(one)}
        return sorted(found) + sorted(aside)

    def drop_refused(self, by: str, until: datetime | None = None) -> None:
        """Deletes what somebody has said, until then, that ingestion would not take."""
        for path in (self._folder / "refused").glob("*.correction"):
            one = _read(path)
            if one.by == by and (until is None or one.at <= until):
                path.unlink(missing_ok=True)

    def drop(self, reading: str) -> None:
        """Deletes the corrections of a reading, refused ones as well."""
        for path in [*self._of(reading), *(self._folder / "refused").glob(f"{reading}.*.correction")]:
            path.unlink(missing_ok=True)

    def _of(self, reading: str) -> list[Path]:
        return sorted(self._folder.glob(f"{reading}.*.correction"), key=_number)


def amend(stored: StoredReading, waiting: list[Pending]) -> StoredReading:
    """A reading as it will stand once these are delivered."""
    if not waiting:
        return stored
    last = waiting[-1]
    if last.correction is None:
        withdrawn = Withdrawal(by=last.by, at=last.at)
        return stored.model_copy(update={"correction": None, "withdrawn": withdrawn})
    said, state = last.correction, CorrectionState.UNDELIVERED
    correction = Correction(text=said.text or "", answer=said.answer, by=last.by, at=last.at, state=state)
    return stored.model_copy(update={"correction": correction, "withdrawn": None})


def _read(path: Path) -> Pending:
    return Pending.model_validate_json(path.read_bytes())


def _number(path: Path) -> int:
    return int(path.name.split(".")[-2])
