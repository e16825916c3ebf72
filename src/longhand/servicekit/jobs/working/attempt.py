"""One attempt at a job: watched, heard of, and concluded, for as long as its lease lasts."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.exc import SQLAlchemyError

from longhand.servicekit.errors import Invalid
from longhand.servicekit.jobs.kinds import Kinds
from longhand.servicekit.jobs.leases import FollowUp, Leases, Verdict
from longhand.servicekit.jobs.log import JobLog
from longhand.servicekit.jobs.working.runner import Run

_log = logging.getLogger(__name__)
STEP = 0.2
SHIP_S = 0.5
LOG_LIMIT = 32 * 2**20
LOG_ENDS = b"\n(The log of this job ends here: it has reached its limit.)\n"
End = Literal["ended", "cancel", "lost", "drain"]


@dataclass(frozen=True)
class Holder:
    """Who holds jobs, in which tables, and how long it may be silent (`lease_s`) or take to end a job (`grace_s`)."""

    name: str
    leases: Leases
    log: JobLog
    kinds: Kinds
    lease_s: float
    grace_s: float


class Attempt:
    """A job that runs here until it ends, is cancelled, is another's, or this worker stops."""

    def __init__(self, run: Run, holder: Holder) -> None:
        self._run, self._holder, self._id = run, holder, run.job.id
        self._beat_every = min(holder.lease_s / 3, 2.0)
        self._beaten = time.monotonic()
        self._shipped_at, self._offset = float("-inf"), 0

    def watch(self, draining: threading.Event, alive: Callable[[], None]) -> End:
        """Waits for the end, with a heartbeat now and then; calls `alive` at each step."""
        while not self._run.ended():
            alive()
            if draining.is_set():
                return "drain"
            if (verdict := self._beat()) != "go":
                return verdict
            self._ship()
            draining.wait(STEP)
        return "ended"

    def settle(self, end: End) -> None:
        """Ends the job's process where it runs, and notes what came of it."""
        if end == "lost":
            self._run.kill()
        elif end != "ended":
            self._stop()
        if end != "lost":
            self._beat(now=True)
        if insist(lambda: self._conclude(end), self._holder.lease_s):
            _log.info("job %s: %s", self._id, end)
        else:
            _log.warning("job %s is another worker's: what came of it here does not count", self._id)
        self._run.folder.remove()

    def _beat(self, now: bool = False) -> Verdict:
        """A heartbeat, where it is time; while the table is away the job is held for as long as its lease lasts."""
        silence = time.monotonic() - self._beaten
        if silence < self._beat_every and not now:
            return "go"
        try:
            verdict = self._holder.leases.heartbeat(self._id, self._holder.name, self._run.folder.progress())
        except SQLAlchemyError as error:
            _log.warning("no heartbeat for %s: %s", self._id, error)
            return "lost" if silence > self._holder.lease_s else "go"
        self._beaten = time.monotonic()
        return verdict

    def _ship(self) -> None:
        """Puts into the table what the job has printed, where it is time; while the table is away it waits there."""
        if time.monotonic() - self._shipped_at < SHIP_S:
            return
        self._shipped_at = time.monotonic()
        try:
            self._ship_piece()
        except SQLAlchemyError as error:
            _log.warning("the log of %s waits: %s", self._id, error)

    def _ship_piece(self) -> bool:
        """Whether there was something to put there, below the limit of a log."""
        piece = self._run.folder.printed(self._offset)
        if not piece or self._offset > LOG_LIMIT:
            return False
        if self._offset + len(piece) > LOG_LIMIT:
            piece = piece[: max(0, LOG_LIMIT - self._offset)] + LOG_ENDS
        self._holder.log.append(self._id, self._holder.name, piece)
        self._offset += len(piece)
        return True

    def _stop(self) -> None:
        """Asks the group to end, and ends it after the grace; the lease is kept until then."""
        self._run.terminate()
        until = time.monotonic() + self._holder.grace_s
        while not self._run.ended() and time.monotonic() < until:
            self._beat()
            time.sleep(STEP / 4)
        self._run.kill()

    def _conclude(self, end: End) -> bool:
        leases, name, folder, error = self._holder.leases, self._holder.name, self._run.folder, self._run.error()
        if end == "lost":
            return False
        while self._ship_piece():
            pass
        if end == "cancel":
            return leases.stop(self._id, name)
        # Asked to end, a program may well do so with 0: only a result says that it was done.
        if end == "drain" and (error or not folder.result()):
            return leases.release(self._id, name)
        if error:
            return leases.fail(self._id, name, error.code, error.message)
        try:
            return leases.succeed(self._id, name, folder.result(), self._follow_up())
        except Invalid as refusal:
            return leases.fail(self._id, name, refusal.code, f"What is to follow it is refused: {refusal.sentence}")

    def _follow_up(self) -> FollowUp | None:
        asked = self._run.folder.follow_up()
        return asked and FollowUp(asked.kind, self._holder.kinds.check(asked.kind, asked.arguments))


def insist(note: Callable[[], bool], seconds: float) -> bool:
    """Notes an outcome, again and again for so many seconds while the table is away; whether it was noted."""
    until = time.monotonic() + seconds
    while True:
        try:
            return note()
        except SQLAlchemyError as error:
            _log.warning("the outcome cannot be noted: %s", error)
            if time.monotonic() > until:
                return False
            time.sleep(STEP)
