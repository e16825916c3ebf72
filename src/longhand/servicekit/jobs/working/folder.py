"""The folder of one attempt at a job: what the job is given, and what it has to say."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from pydantic import JsonValue

from longhand.contracts.jobs import Job
from longhand.servicekit.jobs import child
from longhand.servicekit.jobs.leases import FollowUp

Content = dict[str, JsonValue]
PIECE = 2**20


class Folder:
    """<directory>/<job id>-<attempt>: what another attempt leaves there is not taken for this one's."""

    def __init__(self, path: Path, job: Job) -> None:
        self.path, self._job = path, job
        self._reported: Content | None = None

    @classmethod
    def make(cls, directory: Path, job: Job) -> Self:
        """An empty folder with the job's arguments; OSError where that cannot be."""
        path = (directory / f"{job.id}-{job.attempt}").resolve()
        shutil.rmtree(path, ignore_errors=True)  # of a table that was restored from a backup
        path.mkdir(parents=True)
        child.place_json(path / "arguments.json", job.arguments)
        return cls(path, job)

    @property
    def log(self) -> Path:
        """Where the job prints to."""
        return self.path / "log"

    def variables(self) -> dict[str, str]:
        """The environment in which the job runs."""
        return child.variables(self._job.id, self._job.by, self.path)

    def progress(self) -> Content | None:
        """What the job last reported of its progress, where that is new; else None."""
        reported = self._read("progress")
        if reported is None or reported == self._reported:
            return None
        self._reported = reported
        return reported

    def printed(self, offset: int) -> bytes:
        """What the job has printed from `offset` on, a megabyte at most."""
        try:
            with self.log.open("rb") as file:
                file.seek(offset)
                return file.read(PIECE)
        except FileNotFoundError:
            return b""

    def result(self) -> Content:
        """What came of the job; empty where it said nothing."""
        return self._read("result") or {}

    def error(self) -> tuple[str, str] | None:
        """The code and the sentence with which the job ended, where it named them."""
        named = self._read("error")
        return (str(named.get("code")), str(named.get("message"))) if named else None

    def status(self) -> int | None:
        """The exit status of a job whose process stays; None while it runs."""
        ended = self._read("ended")
        status = ended.get("status") if ended else None
        return status if isinstance(status, int) else None

    def follow_up(self) -> FollowUp | None:
        """The job that is to be queued after this one, where it named one."""
        named = self._read("follow_up")
        if named is None:
            return None
        arguments = named.get("arguments")
        return FollowUp(str(named.get("kind")), arguments if isinstance(arguments, Mapping) else {})

    def remove(self) -> None:
        """Takes the folder away: what counts is in the table."""
        shutil.rmtree(self.path, ignore_errors=True)

    def _read(self, name: str) -> Content | None:
        try:
            text = (self.path / f"{name}.json").read_text("utf-8")
            content = json.loads(text, parse_constant=lambda _: None)  # PostgreSQL has no NaN
        except (OSError, ValueError):
            return None
        return content if isinstance(content, dict) else None
