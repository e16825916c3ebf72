"""One job at work: in a process of its own, or in one that stays between the jobs of its kind."""

import json
import os
import time
from pathlib import Path

from longhand.contracts.jobs import Job, JobError
from longhand.servicekit.jobs.kinds import Kind
from longhand.servicekit.jobs.working.folder import Folder
from longhand.servicekit.jobs.working.process import Process


class Run:
    """A running job; where its process `stays`, the job ends before the process does."""

    def __init__(self, job: Job, folder: Folder, process: Process, stays: bool) -> None:
        self.job, self.folder = job, folder
        self._process, self._stays = process, stays
        self._status: int | None = None

    def ended(self) -> bool:
        """Whether the job has ended; what an ended process left running is then killed."""
        if self._stays and (status := self.folder.status()) is not None:
            self._status = status
        elif (status := self._process.status) is not None:
            self._status = status
            self._process.sweep()
        return self._status is not None

    def terminate(self) -> None:
        """Asks the process and all that it started to end."""
        self._process.terminate()

    def kill(self) -> None:
        """Ends the process and all that it started, now."""
        self._process.kill()
        self._status = self._process.status if self._status is None else self._status

    def error(self) -> JobError | None:
        """Why the job failed; None where it succeeded."""
        if self._status == 0:
            return None
        if named := self.folder.error():
            return JobError(code=named[0], message=named[1])
        return JobError(code="job_failed", message=f"The job ended with {self._status}: its log says why.")


class Runner:
    """Starts the jobs of one kind, one at a time."""

    def __init__(self, kind: Kind, directory: Path) -> None:
        self._kind, self._directory = kind, directory
        self._resident: Process | None = None
        self._used = 0.0

    def start(self, job: Job) -> Run:
        """Starts a job; raises what the kind's command raises, and OSError where no process can be started."""
        command = self._kind.command(job)
        folder = Folder.make(self._directory, job)
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", **self._kind.environment, **folder.variables()}
        if not self._kind.stays_s:
            return Run(job, folder, Process.start(command, environment, folder.log), stays=False)
        if self._resident is None or self._resident.status is not None:
            self.close()
            self._resident = Process.start(command, environment, folder.log, listens=True)
        self._resident.say(json.dumps(folder.variables()))
        self._used = time.monotonic()
        return Run(job, folder, self._resident, stays=True)

    def rest(self) -> None:
        """To be called while no job runs: ends a process that had none for long enough."""
        if self._resident and time.monotonic() - self._used > self._kind.stays_s:
            self.close()

    def touch(self) -> None:
        """To be called when a job has ended: the time to rest begins."""
        self._used = time.monotonic()

    def close(self) -> None:
        """Ends the process that stays."""
        if self._resident:
            self._resident.kill()
            self._resident = None
