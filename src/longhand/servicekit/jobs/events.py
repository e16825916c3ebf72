"""A job as it happens, as server-sent events (HTML Living Standard, 9.2)."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from longhand.contracts.jobs import Job
from longhand.servicekit.jobs.store import FINAL, JobStore

PAUSE = 0.5
QUIET = 15.0
CHUNK = 65_536


def event(name: str, data: Any, id: int | None = None) -> str:
    """One event with JSON data."""
    number = f"id: {id}\n" if id is not None else ""
    return f"{number}event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


class _Log:
    """What a log has grown by since it was last asked, in whole lines."""

    def __init__(self, path: Path, offset: int) -> None:
        self._path, self.offset = path, offset

    def grown(self, ended: bool) -> str:
        """The new text, 64 KiB at most at once; an unfinished line only when the job has ended."""
        try:
            with self._path.open("rb") as file:
                file.seek(self.offset)
                new = file.read(CHUNK)
        except FileNotFoundError:
            return ""
        if len(new) < CHUNK and not ended:
            new = new[: new.rfind(b"\n") + 1]
        self.offset += len(new)
        return new.decode("utf-8", "replace")


class _Told:
    """What was told already, so that only news is sent."""

    def __init__(self) -> None:
        self._state: tuple[Any, ...] | None = None
        self._progress: dict[str, Any] = {}

    def news(self, job: Job) -> list[str]:
        """Events for what is new of the job."""
        news = []
        if (state := (job.status, job.attempt)) != self._state:
            self._state = state
            news.append(event("state", job.model_dump(mode="json")))
        if job.progress != self._progress:
            self._progress = job.progress
            news.append(event("progress", job.progress))
        return news


def _step(store: JobStore, id: str, log: _Log, told: _Told) -> tuple[list[str], bool]:
    """The events since the last step, and whether there will be no more."""
    job = store.get(id)
    ended = job.status in FINAL
    news = told.news(job)
    more = False
    if text := log.grown(ended):
        news.append(event("log", {"text": text}, log.offset))
        more = len(text.encode()) >= CHUNK
    if ended and not more:
        news.append(event("end", job.model_dump(mode="json")))
    return news, ended and not more


async def follow(
    store: JobStore, directory: Path, id: str, offset: int, draining: Callable[[], bool]
) -> AsyncIterator[str]:
    """Events of a job until it ends or the service drains; its log from `offset` bytes on."""
    log, told, quiet = _Log(directory / id / "log", offset), _Told(), 0.0
    while not draining():
        news, ended = await asyncio.to_thread(_step, store, id, log, told)
        for one in news:
            yield one
        if ended:
            return
        quiet = 0.0 if news else quiet + PAUSE
        if quiet >= QUIET:
            quiet = 0.0
            yield ": still here\n\n"
        await asyncio.sleep(PAUSE)
