"""What waits for a reviewer, as measurements, read whenever they are asked for."""

from collections.abc import Iterable

from prometheus_client.core import GaugeMetricFamily, Metric

from longhand.samples.reviews import ReviewQueue
from longhand.servicekit.measuring import TableCollector


class ReviewCollector(TableCollector):
    """Readings without a correction by decision, and how many of them reviewers claim."""

    subject = "the review queue"

    def __init__(self, queue: ReviewQueue) -> None:
        self._queue = queue

    def measure(self) -> Iterable[Metric]:
        """The measurements now."""
        waiting = self._queue.waiting()
        text = "Readings without a correction"
        family = GaugeMetricFamily("longhand_review_waiting", text, labels=["decision"])
        for decision in ("review", "accept"):
            family.add_metric([decision], waiting.decisions.get(decision, 0))
        yield family
        yield GaugeMetricFamily("longhand_review_claimed", "Readings that reviewers look at", waiting.claimed)
