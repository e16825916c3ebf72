"""The gate's decisions as measurements, read whenever they are asked for."""

from collections.abc import Iterable
from itertools import product

from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from longhand.contracts.models import ModelName
from services.training.gate.records import Gates


class GateCollector(Collector):
    """Decisions by model and outcome, 0 among them; none while the table is away."""

    def __init__(self, gates: Gates) -> None:
        self._gates = gates

    def describe(self) -> Iterable[Metric]:
        """Nothing: registering must not read the table."""
        return []

    def collect(self) -> Iterable[Metric]:
        """The counts now."""
        family = CounterMetricFamily("longhand_gate_decisions", "Decisions of the gate", labels=["model", "outcome"])
        try:
            counted = {(count.model, count.passed): count.decisions for count in self._gates.counts()}
        except SQLAlchemyError:
            return []
        for model, passed in product(ModelName, (True, False)):
            family.add_metric([model, "passed" if passed else "refused"], counted.get((model, passed), 0))
        return [family]
