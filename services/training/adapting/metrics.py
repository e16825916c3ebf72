"""What a dashboard sees of the quick lane, read whenever it is asked for."""

from collections.abc import Iterable, Iterator
from itertools import product

from prometheus_client.core import GaugeMetricFamily, Metric

from longhand.contracts.models import ModelName
from longhand.servicekit.measuring import TableCollector
from services.training.adapting.records import Adaptations


class AdaptationsCollector(TableCollector):
    """People by the outcome of their last adaptation, and how long the last one took from correction to serving."""

    subject = "the adaptations"

    def __init__(self, adaptations: Adaptations) -> None:
        self._adaptations = adaptations

    def measure(self) -> Iterable[Metric]:
        """The measurements now."""
        return [*self._people(), *self._seconds()]

    def _people(self) -> Iterator[Metric]:
        text = "People by whether their last adaptation serves or was refused"
        family = GaugeMetricFamily("longhand_adaptations", text, labels=["model", "outcome"])
        counted = self._adaptations.count()
        for model, serves in product(ModelName, (True, False)):
            family.add_metric([model.value, "serves" if serves else "refused"], counted.get((model.value, serves), 0))
        yield family

    def _seconds(self) -> Iterator[Metric]:
        text = "Seconds from the correction to serving, of the last adaptation"
        family = GaugeMetricFamily("longhand_adaptation_seconds", text, labels=["model"])
        for model, seconds in self._adaptations.last().items():
            family.add_metric([model], seconds)
        yield family
