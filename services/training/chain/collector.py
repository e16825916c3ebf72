"""What is measured of the chains."""

import logging
from collections.abc import Iterable, Iterator
from itertools import product

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from longhand.contracts.learning import Step
from longhand.contracts.models import ModelName
from services.training.chain.chains import Chains

_log = logging.getLogger(__name__)


class LearningCollector(Collector):
    """Chains by model and step, and how long the last one that serves has taken from its oldest correction."""

    def __init__(self, chains: Chains) -> None:
        self._chains = chains

    def describe(self) -> Iterable[Metric]:
        """Nothing: registering must not read the table."""
        return []

    def collect(self) -> Iterable[Metric]:
        """The measurements now; none while the table is away."""
        try:
            return [*self._counts(), *self._times()]
        except SQLAlchemyError as error:
            _log.warning("the chains cannot be measured: %s", error)
            return []

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
