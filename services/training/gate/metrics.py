"""The gate's decisions as measurements, read whenever they are asked for."""

from collections.abc import Iterable
from itertools import product

from prometheus_client.core import CounterMetricFamily, Metric

from longhand.contracts.models import ModelName
from longhand.servicekit.measuring import TableCollector
from services.training.gate.records import Gates


class GateCollector(TableCollector):
    """Decisions by model and outcome, 0 among them; none while the table is away."""

    subject = "the decisions of the gate"

    def __init__(self, gates: Gates) -> None:
        self._gates = gates

    def measure(self) -> Iterable[Metric]:
        """The counts now."""
        family = CounterMetricFamily("longhand_gate_decisions", "Decisions of the gate", labels=["model", "outcome"])
        counted = {(count.model, count.passed): count.decisions for count in self._gates.counts()}
        for model, passed in product(ModelName, (True, False)):
            family.add_metric([model, "passed" if passed else "refused"], counted.get((model, passed), 0))
        return [family]
