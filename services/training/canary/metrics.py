"""Canaries as measurements, read whenever they are asked for."""

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import product

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from longhand.contracts.canaries import CanaryState
from longhand.contracts.models import ModelName
from longhand.servicekit.measuring import TableCollector
from services.training.canary.canaries import CanaryTable


class CanaryCollector(TableCollector):
    """How many canaries ended how; of those under way the age, the readings of both versions, and the evidence."""

    subject = "the canaries"

    def __init__(self, table: CanaryTable, clock: Callable[[], float] = time.time) -> None:
        self._table, self._clock = table, clock

    def measure(self) -> Iterable[Metric]:
        """The measurements now."""
        return [self._ended(), *self._under_way()]

    def _ended(self) -> Metric:
        family = CounterMetricFamily("longhand_canaries_ended", "Canaries that are over", labels=["model", "outcome"])
        counts = self._table.outcomes()
        for model, state in product(ModelName, (state for state in CanaryState if state.final)):
            family.add_metric([model.value, state.value], counts[model.value, state])
        return family

    def _under_way(self) -> Iterator[Metric]:
        age = GaugeMetricFamily("longhand_canary_age_seconds", "Since when a challenger is on trial", labels=["model"])
        evidence = GaugeMetricFamily(
            "longhand_canary_evidence",
            "Evidence that the challenger is worse: it is withdrawn from 20 on",
            labels=["model", "stage"],
        )
        readings = GaugeMetricFamily(
            "longhand_canary_readings", "Readings of a canary by who had them", labels=["model", "stage", "version"]
        )
        for canary in (trial.canary for trial in self._table.under_way()):
            age.add_metric([canary.model], self._clock() - canary.started_at.timestamp())
            for name, stage in (("shared", canary.report.shared), ("shadow", canary.report.shadow)):
                evidence.add_metric([canary.model, name], stage.evidence)
                readings.add_metric([canary.model, name, "challenger"], stage.challenger)
                readings.add_metric([canary.model, name, "champion"], stage.champion)
        yield from (age, evidence, readings)
