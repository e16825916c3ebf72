"""The erasures as measurements, read whenever they are asked for: what waits too long, an operator has to see."""

from collections.abc import Callable, Iterable
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily, Metric

from longhand.contracts.erasures import ErasureStep
from longhand.servicekit.measuring import TableCollector
from services.gateway.erasing.table import Records
from services.gateway.identity.audit import utc_now


class ErasuresCollector(TableCollector):
    """Erasures by the step that is due, done ones among them, and how long the oldest at each step has waited."""

    subject = "the erasures"

    def __init__(self, records: Records, now: Callable[[], datetime] = utc_now) -> None:
        self._records, self._now = records, now

    def measure(self) -> Iterable[Metric]:
        """The measurements now."""
        counted = self._records.count()
        standing = GaugeMetricFamily(
            "longhand_gateway_erasures", "Erasures by what is to be done next", labels=["step"]
        )
        for step in ErasureStep:
            standing.add_metric([step.value], counted.get(step, 0))
        yield standing
        yield self._ages()

    def _ages(self) -> Metric:
        text = "Time since the oldest erasure was asked for that waits for a step"
        family = GaugeMetricFamily("longhand_gateway_erasure_age_seconds", text, labels=["step"])
        now, waiting = self._now(), self._records.waiting()
        for step in ErasureStep:
            if step is not ErasureStep.DONE:
                ages = [(now - one.at).total_seconds() for one in waiting if one.step is step]
                family.add_metric([step.value], max([0.0, *ages]))
        return family
