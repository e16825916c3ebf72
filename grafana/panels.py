"""Dashboards as code: what a panel and a dashboard are, and the JSON that Grafana reads."""

from dataclasses import dataclass
from typing import Any, Literal

WIDTH, HEIGHT = 8, 7
COLUMNS = 24 // WIDTH
DATASOURCE = {"type": "prometheus", "uid": "longhand"}

Unit = Literal["short", "reqps", "percentunit", "s", "bytes", "Bps"]


@dataclass(frozen=True)
class Query:
    """A PromQL expression and the name of its lines, with Grafana's `{{label}}`."""

    expression: str
    legend: str = ""


@dataclass(frozen=True)
class Panel:
    """A drawing of what some queries answer; `kind` is Grafana's name of it.

    A `quiet` panel is empty until what it shows has happened for the first time.
    """

    title: str
    queries: tuple[Query, ...]
    unit: Unit = "short"
    kind: Literal["timeseries", "stat"] = "timeseries"
    description: str = ""
    quiet: bool = False

    def draw(self, number: int) -> dict[str, Any]:
        """The panel's JSON; panels lie row by row in the order of their numbers, from 0."""
        row, column = divmod(number, COLUMNS)
        return {
            "id": number + 1,
            "type": self.kind,
            "title": self.title,
            "description": self.description,
            "datasource": DATASOURCE,
            "gridPos": {"x": column * WIDTH, "y": row * HEIGHT, "w": WIDTH, "h": HEIGHT},
            "fieldConfig": {"defaults": {"unit": self.unit, "min": 0}, "overrides": []},
            "targets": [
                {
                    "refId": chr(ord("A") + place),
                    "datasource": DATASOURCE,
                    "expr": query.expression,
                    "legendFormat": query.legend,
                }
                for place, query in enumerate(self.queries)
            ],
        }


@dataclass(frozen=True)
class Dashboard:
    """A page of panels about one service, or about the machine."""

    name: str
    title: str
    panels: tuple[Panel, ...]

    def draw(self) -> dict[str, Any]:
        """The dashboard's JSON."""
        return {
            "uid": f"longhand-{self.name}",
            "title": f"Longhand: {self.title}",
            "tags": ["longhand"],
            "timezone": "browser",
            "schemaVersion": 39,
            "version": 1,
            "refresh": "10s",
            "time": {"from": "now-1h", "to": "now"},
            "links": [
                {"type": "dashboards", "title": "Longhand", "tags": ["longhand"], "asDropdown": True, "keepTime": True}
            ],
            "templating": {"list": []},
            "annotations": {"list": []},
            "panels": [panel.draw(number) for number, panel in enumerate(self.panels)],
        }
