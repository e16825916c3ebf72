"""Gathers by count: as soon as enough corrections wait. What waits is measured on the way."""

import logging
from itertools import product
from typing import get_args

from prometheus_client import Gauge
from prometheus_client.registry import CollectorRegistry

from longhand.contracts.learning import GatherRequest, Reason
from longhand.contracts.readings import Task
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.rounds import repeat
from services.ingestion.gathering.gatherer import Gatherer

BY = "longhand"
LOOK_S = 30.0
"""How often it is looked how many corrections wait."""

log = logging.getLogger(__name__)


class Counting:
    """Looks how many new corrections wait, and queues a gathering where there are `count` of a task; with 0, never."""

    def __init__(self, gatherer: Gatherer, store: JobStore, count: int, registry: CollectorRegistry) -> None:
        self._gatherer, self._store, self._count = gatherer, store, count
        self._waiting = Gauge(
            "longhand_ingestion_corrections_to_gather",
            "Corrections that count and that no dataset version holds yet",
            ["task"],
            registry=registry,
        )
        self._gatherings = Gauge(
            "longhand_ingestion_gatherings",
            "Dataset versions made of corrections, by what asked for them",
            ["task", "reason"],
            registry=registry,
        )

    def look(self) -> list[str]:
        """Measure, and queue what is due; the ids of the jobs.

        However many processes look, the same corrections are gathered once: the key of the job names them.
        """
        jobs = []
        for task in Task:
            new, upto, last = self._gatherer.find_new(task)
            self._waiting.labels(task.value).set(new)
            if self._count and new >= self._count:
                request = GatherRequest(task=task, reason="count").model_dump(mode="json")
                jobs.append(self._store.submit("gather", request, BY, f"count-{task}-{last}-{upto}").id)
        made = self._gatherer.gatherings.count()
        for task, reason in product(Task, get_args(Reason)):
            self._gatherings.labels(task.value, reason).set(made.get((task.value, reason), 0))
        return jobs

    async def run(self, interval: float = LOOK_S) -> None:
        """Look every `interval` seconds until cancelled."""
        await repeat(self.look, interval, log, "How many corrections wait is not known for now")
