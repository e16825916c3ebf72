"""What is measured of the chains."""

from collections.abc import Iterable, Iterator
from itertools import product

from prometheus_client.core import GaugeMetricFamily, Metric

from longhand.contracts.learning import Step
from longhand.contracts.models import ModelName
from longhand.servicekit.measuring import TableCollector
from services.training.chain.chains import Chains


class LearningCollector(TableCollector):
    """Chains by model and step, and how long the last one that serves has taken from its oldest correction."""

    subject = "the chains"

    def __init__(self, chains: Chains) -> None:
        self._chains = chains

    def measure(self) -> Iterable[Metric]:
        """The measurements now."""
        return [*self._counts(), *self._times()]

    def _counts(self) -> Iterator[Metric]:
        family = GaugeMetricFamily(
            "longhand_learning_chains",
            "Gathered corrections by model and how far it has come",
            labels=["model", "step"],
        )
        counted = self._chains.count()
        for model, step in product(ModelName, Step):
            family.add_metric([model.value, step.value], counted.get((model.value, step), 0))
        yield family

    def _times(self) -> Iterator[Metric]:
        served = GaugeMetricFamily(
            "longhand_learning_seconds",
            "Time from the oldest correction of the last version that came to serve to its serving",
            labels=["model"],
        )
        for chain in self._chains.last([Step.SERVING]):
            served.add_metric([chain.model.value], (chain.changed_at - chain.first_at).total_seconds())
        yield served
