"""The bell that wakes workers: it carries a job's id and nothing else, and may fail, for the table is the truth."""

import json
import logging
from pathlib import Path
from typing import Any

from huey import RedisHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer
from sqlalchemy.engine import make_url

_log = logging.getLogger(__name__)


class _Json(Serializer):  # type: ignore[misc]
    """Messages as JSON: whoever can write to the queue must not be able to run code in a worker."""

    def _serialize(self, data: Any) -> bytes:
        return json.dumps(list(data)).encode()

    def _deserialize(self, data: bytes) -> Any:
        return Message(*json.loads(data))


def _open(url: str, name: str) -> Any:
    if url.startswith("sqlite"):
        path = Path(make_url(url).database or "queue.db")
        path.parent.mkdir(parents=True, exist_ok=True)
        return SqliteHuey(name, filename=str(path), results=False, serializer=_Json(), cache_mb=1)
    return RedisHuey(name, url=url, results=False, serializer=_Json())


class Bell:
    """A queue of job ids at `sqlite:///PATH` or `redis://…`; services that share one have a name each."""

    def __init__(self, queue_url: str, name: str = "jobs") -> None:
        self._huey = _open(queue_url, name)
        self._ring = self._huey.task(name="ring")(lambda job: None)

    @property
    def waits(self) -> bool:
        """Whether `listen` waits a moment for a ring by itself."""
        return bool(self._huey.storage.blocking)

    def ring(self, job: str) -> None:
        """Wakes a worker for this job. A queue that is away is logged: workers find the job in the table."""
        try:
            self._huey.enqueue(self._ring.s(job))
        except Exception as error:
            _log.warning("the bell does not ring: %s", error)

    def listen(self) -> str | None:
        """The id that was rung for, or None: at once on SQLite, after a second on Redis."""
        try:
            task = self._huey.dequeue()
        except Exception as error:
            _log.warning("the bell is not heard: %s", error)
            return None
        return str(task.args[0]) if task else None

    def close(self) -> None:
        """Lets go of the queue."""
        self._huey.storage.close()
