"""The jobs table as measurements, read whenever they are asked for."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from longhand.contracts.jobs import JobStatus
from longhand.servicekit.jobs.presence import last_seen
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.jobs.table import jobs
from longhand.servicekit.state import reading

_log = logging.getLogger(__name__)
RECENT = 20


class JobsCollector(Collector):
    """Jobs by status and kind, how long the oldest waits, when a worker was last seen, and what the newest reported.

    `progress` maps a measurement's name to the key that jobs report it by; `kinds` are counted from 0 on.
    """

    def __init__(self, store: JobStore, progress: Mapping[str, str] | None = None, kinds: Iterable[str] = ()) -> None:
        self._store, self._progress, self._kinds = store, dict(progress or {}), frozenset(kinds)

    def describe(self) -> Iterable[Metric]:
        """Nothing: registering must not read the table."""
        return []

    def collect(self) -> Iterable[Metric]:
        """The measurements now; none while the table is away."""
        try:
            return [*self._counts(), *self._ages(), *self._newest()]
        except SQLAlchemyError as error:
            _log.warning("the jobs table cannot be measured: %s", error)
            return []

    def _counts(self) -> Iterator[Metric]:
        counts = self._store.counts()
        family = GaugeMetricFamily("longhand_jobs", "Jobs in the table", labels=["status", "kind"])
        for kind in sorted(self._kinds | {kind for _, kind in counts}):
            for status in JobStatus:
                family.add_metric([status.value, kind], counts.get((status, kind), 0))
        yield family

    def _ages(self) -> Iterator[Metric]:
        now = self._store.clock()
        oldest = sa.select(sa.func.min(jobs.c.created_at)).where(jobs.c.status == JobStatus.QUEUED)
        with reading(self._store.engine) as connection:
            since: float | None = connection.scalar(oldest)
        age = max(0.0, now - since) if since is not None else 0.0
        yield GaugeMetricFamily("longhand_job_queue_age_seconds", "Age of the oldest job that waits", age)
        if (seen := last_seen(self._store.engine)) is not None:
            name = "longhand_worker_heartbeat_age_seconds"
            yield GaugeMetricFamily(name, "Time since any worker was last seen", max(0.0, now - seen))

    def _newest(self) -> Iterator[Metric]:
        if not self._progress:
            return
        begun = jobs.c.started_at.is_not(None)
        query = sa.select(jobs.c.progress).where(begun).order_by(jobs.c.started_at.desc()).limit(RECENT)
        with reading(self._store.engine) as connection:
            told: list[dict[str, Any]] = list(connection.scalars(query))
        for name, key in self._progress.items():
            number = next((one[key] for one in told if isinstance(one.get(key), int | float)), None)
            if number is not None:
                yield GaugeMetricFamily(name, f"`{key}` of the newest job that reports it", number)
