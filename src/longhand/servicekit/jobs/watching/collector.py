"""The jobs table as measurements, read whenever they are asked for."""

from collections.abc import Iterable, Iterator, Mapping

import sqlalchemy as sa
from prometheus_client.core import GaugeMetricFamily, Metric

from longhand.contracts.jobs import JobStatus
from longhand.servicekit.jobs.kinds import Kinds
from longhand.servicekit.jobs.presence import silence
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.jobs.table import jobs
from longhand.servicekit.measuring import TableCollector
from longhand.servicekit.state import reading

RECENT = 20


class JobsCollector(TableCollector):
    """Jobs by status and kind; by queue, how long the oldest waits and when a worker was last seen; progress.

    `progress` maps a measurement's name to the key by which jobs report it.
    """

    subject = "the jobs table"

    def __init__(self, store: JobStore, kinds: Kinds, progress: Mapping[str, str] | None = None) -> None:
        self._store, self._kinds, self._progress = store, kinds, dict(progress or {})

    def measure(self) -> Iterable[Metric]:
        """The measurements now."""
        return [*self._counts(), *self._ages(), *self._silence(), *self._newest()]

    def _counts(self) -> Iterator[Metric]:
        counts = self._store.counts()
        family = GaugeMetricFamily("longhand_jobs", "Jobs in the table", labels=["status", "kind", "queue"])
        for kind in sorted(self._kinds.keys() | {kind for _, kind in counts}):
            queue = self._kinds[kind].queue if kind in self._kinds else ""
            for status in JobStatus:
                family.add_metric([status.value, kind, queue], counts.get((status, kind), 0))
        yield family

    def _ages(self) -> Iterator[Metric]:
        oldest = sa.select(jobs.c.kind, sa.func.min(jobs.c.created_at)).where(jobs.c.status == JobStatus.QUEUED)
        with reading(self._store.engine) as connection:
            now = self._store.clock(connection)
            since = {kind: created for kind, created in connection.execute(oldest.group_by(jobs.c.kind))}
        text = "Age of the oldest job that waits"
        family = GaugeMetricFamily("longhand_job_queue_age_seconds", text, labels=["queue"])
        for queue, kinds in self._kinds.queues.items():
            family.add_metric([queue], max([0.0, *(now - since[kind] for kind in kinds if kind in since)]))
        yield family

    def _silence(self) -> Iterator[Metric]:
        text = "Time since a worker of the queue was last seen"
        family = GaugeMetricFamily("longhand_worker_heartbeat_age_seconds", text, labels=["queue"])
        seen = silence(self._store.engine, self._store.clock)
        for queue in self._kinds.queues.keys() & seen.keys():
            family.add_metric([queue], seen[queue])
        if family.samples:
            yield family

    def _newest(self) -> Iterator[Metric]:
        if not self._progress:
            return
        begun = jobs.c.started_at.is_not(None)
        query = sa.select(jobs.c.progress).where(begun).order_by(jobs.c.started_at.desc()).limit(RECENT)
        with reading(self._store.engine) as connection:
            reported: list[Mapping[str, object]] = list(connection.scalars(query))
        for name, key in self._progress.items():
            number = next((value for one in reported if isinstance(value := one.get(key), int | float)), None)
            if number is not None:
                yield GaugeMetricFamily(name, f"`{key}` of the newest job that reports it", number)
