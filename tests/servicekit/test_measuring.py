"""Measurements that are read from a table."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy.exc import OperationalError

from longhand.servicekit.measuring import TableCollector


class Rows(TableCollector):
    """How many rows a table has, which may be away."""

    subject = "the rows"

    def __init__(self) -> None:
        self.away, self.asked = False, 0

    def measure(self) -> Iterable[Metric]:
        self.asked += 1
        yield GaugeMetricFamily("rows", "Rows", 3)
        if self.away:
            raise OperationalError("SELECT 1", None, Exception("away"))


def test_while_a_table_is_away_everything_else_is_measured() -> None:
    registry, rows = CollectorRegistry(), Rows()
    registry.register(rows)
    assert rows.asked == 0, "registering reads no table"
    Gauge("other", "Something else", registry=registry).set(1)
    assert b"rows 3.0" in generate_latest(registry)
    rows.away = True
    shown = generate_latest(registry)
    assert b"rows" not in shown and b"other 1.0" in shown
