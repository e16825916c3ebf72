"""A job as it happens, as server-sent events (HTML Living Standard, 9.2)."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable

from longhand.contracts.jobs import Job
from longhand.servicekit.jobs.log import CHUNK, JobLog
from longhand.servicekit.jobs.store import FINAL, JobStore
from longhand.servicekit.jobs.watching.estimate import Estimates

PAUSE = 0.5
QUIET = 15.0


def event(name: str, data: object, id: int | None = None) -> str:
    """One event with JSON data."""
    number = f"id: {id}\n" if id is not None else ""
    return f"{number}event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


class _Tail:
    """What a log has grown by since it was last asked, in whole lines."""

    def __init__(self, log: JobLog, id: str, offset: int) -> None:
        self._log, self._id, self.offset = log, id, offset

    def grown(self, ended: bool) -> str:
        """The new text, 64 KiB at most at once; an unfinished line only when the job has ended."""
        new = self._log.read(self._id, self.offset)
        if len(new) < CHUNK and not ended:
            new = new[: new.rfind(b"\n") + 1]
        self.offset += len(new)
        return new.decode("utf-8", "replace")


class _Reported:
    """What was reported already, so that only news is sent."""

    def __init__(self) -> None:
        self._state: tuple[object, ...] | None = None
        self._progress: dict[str, object] = {}

    def news(self, job: Job) -> list[str]:
        """Events for what is new of the job."""
        news = []
        if (state := (job.status, job.attempt, job.cancelling)) != self._state:
            self._state = state
            news.append(event("state", job.model_dump(mode="json")))
        if job.progress != self._progress:
            self._progress = dict(job.progress)
            news.append(event("progress", job.progress))
        return news


def _step(job: Job, log: _Tail, reported: _Reported) -> tuple[list[str], bool]:
    """The events since the last step, and whether there will be no more."""
    ended = job.status in FINAL
    news = reported.news(job)
    before = log.offset
    if text := log.grown(ended):
        news.append(event("log", {"text": text}, log.offset))
    more = log.offset - before >= CHUNK
    if ended and not more:
        news.append(event("end", job.model_dump(mode="json")))
    return news, ended and not more


async def follow(
    store: JobStore, estimates: Estimates, log: JobLog, id: str, offset: int, draining: Callable[[], bool]
) -> AsyncIterator[str]:
    """Events of a job until it ends or the service drains; its log from `offset` bytes on."""
    tail, reported, quiet = _Tail(log, id, offset), _Reported(), 0.0

    def step() -> tuple[list[str], bool]:
        return _step(estimates.add(store.get(id)), tail, reported)

    while not draining():
        news, ended = await asyncio.to_thread(step)
        for one in news:
            yield one
        if ended:
            return
        quiet = 0.0 if news else quiet + PAUSE
        if quiet >= QUIET:
            quiet = 0.0
            yield ": still here\n\n"
        await asyncio.sleep(PAUSE)
