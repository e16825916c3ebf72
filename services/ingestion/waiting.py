"""What waits for a reviewer, as measurements, read whenever they are asked for."""

import logging
from collections.abc import Iterable

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from longhand.samples.reviews import ReviewQueue

log = logging.getLogger(__name__)


class ReviewCollector(Collector):
    """Readings without a correction by decision, and how many of them reviewers claim."""

    def __init__(self, queue: ReviewQueue) -> None:
        self._queue = queue

    def describe(self) -> Iterable[Metric]:
        """Nothing: registering must not read the table."""
        return []

    def collect(self) -> Iterable[Metric]:
        """The measurements now; none while the table is away."""
        try:
            waiting = self._queue.waiting()
        except SQLAlchemyError as error:
            log.warning("the review queue cannot be measured: %s", error)
            return
        text = "Readings without a correction"
        family = GaugeMetricFamily("longhand_review_waiting", text, labels=["decision"])
        for decision in ("review", "accept"):
            family.add_metric([decision], waiting.decisions.get(decision, 0))
        yield family
        yield GaugeMetricFamily("longhand_review_claimed", "Readings that reviewers look at", waiting.claimed)
