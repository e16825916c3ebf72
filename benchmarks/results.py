"""results.json: what was measured, where and when."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from benchmarks.intervals import Interval
from longhand import durable

View = Literal["whole", "crop"]
"""What an engine got of a picture: all, or the part that Longhand's own preparation finds writing in."""


@dataclass(frozen=True)
class Result:
    """One engine on one set: `cer` and `exact` are shares of 1, `start_s` is the time from the start of the process
    to its first reading, `memory_mb` the most that it ever had; None where it was not measured.

    `view` is what the engine read better, `other_cer` the CER on the other view, where both were tried.
    """

    set: str
    engine: str
    pictures: int
    cer: float
    exact: float
    words_per_second: float | None = None
    batch: int | None = None
    memory_mb: float | None = None
    start_s: float | None = None
    view: View = "whole"
    other_cer: float | None = None


@dataclass(frozen=True)
class Spoilt:
    """One engine on a sample under one everyday condition; `sample` is words or digits.

    `accepted`, `wrong`, those of them that are read wrong, and `suspicious`, those of the wrong whose label is
    suspicious, are None with engines that accept nothing.
    """

    condition: str
    sample: str
    engine: str
    pictures: int
    cer: float
    exact: float
    view: View = "whole"
    other_cer: float | None = None
    accepted: int | None = None
    wrong: int | None = None
    suspicious: int | None = None


@dataclass(frozen=True)
class Noticed:
    """What is said of a sample under one condition: `pictures` are those in which it shows, `given` how many of them
    got each notice, by its code; those that none got are left out."""

    condition: str
    sample: str
    pictures: int
    given: dict[str, int]


@dataclass(frozen=True)
class Figure:
    """A figure of Longhand beside its bars, `bar` that of models trained without an accelerator, `high_bar` with one.

    Where `unit` is %, the values are shares of 1; `by` says what the interval resamples, and `at_least` whether
    the bars are a floor or a ceiling.
    """

    name: str
    value: float
    unit: str = "%"
    interval: Interval | None = None
    by: str = ""
    bar: float | None = None
    high_bar: float | None = None
    at_least: bool = False

    def meets(self, bar: float | None) -> bool:
        """Whether the value is on the right side of a bar."""
        return bar is None or (self.value >= bar if self.at_least else self.value <= bar)


@dataclass(frozen=True)
class Results:
    """Everything of one run. `sample` is how many pictures of a set ready-made engines got at most;
    `left_out` says what is missing and why."""

    commit: str
    machine: str
    reference_workload_s: float
    results: list[Result]
    date: str
    threads: int
    sample: int
    versions: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    conditions: list[Spoilt] = field(default_factory=list)
    notices: list[Noticed] = field(default_factory=list)

    def write(self, file: Path) -> None:
        """Put the file in place, whole or not at all."""
        durable.write_json(file, asdict(self), indent=1)


def read_results(file: Path) -> Results:
    """Read what `write` has written."""
    values: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    rows = [Result(**row) for row in values.pop("results")]
    figures = [_figure(one) for one in values.pop("figures")]
    conditions = [Spoilt(**row) for row in values.pop("conditions")]
    notices = [Noticed(**row) for row in values.pop("notices", [])]
    return Results(**values, results=rows, figures=figures, conditions=conditions, notices=notices)


def _figure(values: dict[str, Any]) -> Figure:
    low_high = values.pop("interval")
    return Figure(**values, interval=(low_high[0], low_high[1]) if low_high else None)
