"""What the gateway measures beside its requests."""

import time
from collections.abc import Callable, Iterator

from prometheus_client import Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from longhand.contracts.readings import Reading
from longhand.servicekit.metrics import Metrics
from services.gateway.intake.outbox import Outbox

TENTHS = tuple(tenth / 10 for tenth in range(1, 11))


class GatewayMetrics(Metrics):
    """Readings, sign-ins and deliveries."""

    def __init__(self) -> None:
        super().__init__("gateway")
        own = self.registry
        self.readings = Counter(
            "longhand_gateway_readings", "Readings answered", ["task", "decision", "kept"], registry=own
        )
        self.confidence = Histogram(
            "longhand_gateway_reading_confidence", "Confidence of readings", ["task"], buckets=TENTHS, registry=own
        )
        self.sign_ins = Counter("longhand_gateway_sign_ins", "Attempts to sign in", ["result"], registry=own)
        self.replays = Counter(
            "longhand_gateway_replays", "Readings read again, by whether the answer is the same", ["same"], registry=own
        )
        self.deliveries = Counter(
            "longhand_gateway_outbox_deliveries", "Attempts to deliver a reading", ["result"], registry=own
        )

    def count_reading(self, reading: Reading, kept: bool) -> None:
        """Counts a reading that was answered."""
        self.readings.labels(reading.task.value, reading.decision, str(kept).lower()).inc()
        self.confidence.labels(reading.task.value).observe(reading.confidence)

    def count_replay(self, same: bool) -> None:
        """Counts a reading that was read again."""
        self.replays.labels(str(same).lower()).inc()

    def watch(self, outbox: Outbox, now: Callable[[], float] = time.time) -> None:
        """Measures the outbox whenever somebody looks."""
        self.registry.register(_OutboxCollector(outbox, now))


class _OutboxCollector(Collector):
    def __init__(self, outbox: Outbox, now: Callable[[], float]) -> None:
        self._outbox = outbox
        self._now = now

    def collect(self) -> Iterator[Metric]:
        oldest = self._outbox.oldest()
        age = max(0.0, self._now() - oldest) if oldest else 0.0
        yield GaugeMetricFamily(
            "longhand_gateway_outbox_readings", "Readings that wait for delivery", len(self._outbox)
        )
        yield GaugeMetricFamily("longhand_gateway_outbox_age_seconds", "How long the oldest has waited", age)
        yield GaugeMetricFamily(
            "longhand_gateway_outbox_refused", "Readings set aside for a person", self._outbox.refused()
        )
