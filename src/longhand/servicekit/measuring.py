"""Measurements that are read from a database whenever somebody asks for them."""

import logging
from abc import abstractmethod
from collections.abc import Iterable

from prometheus_client.core import Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

_log = logging.getLogger(__name__)


class TableCollector(Collector):
    """Gives what `measure` reads; nothing while the table is away, so that a service's other measurements are seen.

    `subject` is what the log calls it.
    """

    subject: str

    @abstractmethod
    def measure(self) -> Iterable[Metric]:
        """The measurements now; may raise SQLAlchemyError."""

    def describe(self) -> Iterable[Metric]:
        """Nothing: registering must not read the table."""
        return []

    def collect(self) -> Iterable[Metric]:
        """The measurements now; none while the table is away."""
        try:
            return list(self.measure())
        except SQLAlchemyError as error:
            _log.warning("%s cannot be measured: %s", self.subject, error)
            return []
