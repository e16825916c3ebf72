"""Results as tables in Markdown, which a terminal shows well too."""

from collections.abc import Sequence

import numpy as np

from benchmarks.engines.base import EFFORTS
from benchmarks.notices import EXPECTED, measure_share
from benchmarks.results import Figure, Noticed, Result, Spoilt
from benchmarks.robustness import APART

_FORMATS = {"%": "{:.2%}", "×": "{:.3g} ×", "ms": "{:.1f} ms", "MB": "{:.1f} MB"}
_COUNTS = "{:,.0f}"
_NOTHING = "–"


def list_results(rows: Sequence[Result]) -> str:
    """Every engine on every set."""
    head = ("set", "engine", "view", "pictures", "CER", "exact", "pictures/s", "at once", "memory", "start")
    return _table([head, *map(_cells, rows)], left=3)


def list_figures(figures: Sequence[Figure]) -> str:
    """Figures beside their bars."""
    head = ("figure", "measured", "95 %", "by", "bar", "accelerated")
    return _table([head, *map(_describe, figures)], left=1)


def list_conditions(every: Sequence[Spoilt], sample: str) -> str:
    """Engines beside each other under every condition of a sample: CER of words, or the share of digits read right;
    and what Longhand accepts of it. Below, the means without the conditions of APART."""
    rows = [row for row in every if row.sample == sample]
    if not rows:
        return "Not measured."
    engines = list(dict.fromkeys(row.engine for row in rows))
    efforts = [engine for engine in engines if engine in EFFORTS]
    found = {(row.condition, row.engine): row for row in rows}
    head = ["condition", *engines, *(f"{engine}: {what}" for engine in efforts for what in ("accepted", "wrong"))]
    table = [head]
    for condition in dict.fromkeys(row.condition for row in rows):
        own = [found.get((condition, engine)) for engine in engines]
        counts = [_accepted(found.get((condition, engine))) for engine in efforts]
        table.append([condition, *map(_spoilt, own), *(cell for pair in counts for cell in pair)])
    means = [np.mean([_value(r) for r in rows if r.engine == e and r.condition not in APART]) for e in engines]
    return _table([*table, ["mean", *(f"{mean:.2%}" for mean in means), *[""] * 2 * len(efforts)]], left=1)


def list_notices(rows: Sequence[Noticed]) -> str:
    """Each notice on the conditions that it is for, and behind it on plain pictures, by sample."""
    samples = list(dict.fromkeys(row.sample for row in rows))
    if not samples:
        return "Not measured."
    table = [["notice", "conditions", *(name for sample in samples for name in (sample, "plain"))]]
    for notice in dict.fromkeys(EXPECTED.values()):
        own = ", ".join(name for name, expected in EXPECTED.items() if expected == notice)
        shares = [measure_share(rows, sample, notice, plain=plain) for sample in samples for plain in (False, True)]
        table.append([notice, own, *(_NOTHING if share is None else f"{share:.1%}" for share in shares)])
    return _table(table, left=2)


def _cells(row: Result) -> tuple[str, ...]:
    numbers = (row.words_per_second, row.batch, row.memory_mb, row.start_s)
    forms = (_COUNTS, "{}", "{:,.0f} MB", "{:.1f} s")
    measured = [_NOTHING if n is None else form.format(n) for n, form in zip(numbers, forms, strict=True)]
    return (row.set, row.engine, _view(row), f"{row.pictures:,}", f"{row.cer:.2%}", f"{row.exact:.2%}", *measured)


def _view(row: Result) -> str:
    """What an engine got of the pictures, and its CER on the other view where that was tried."""
    other = {"whole": "crop", "crop": "whole"}[row.view]
    return row.view if row.other_cer is None else f"{row.view} ({other}: {row.other_cer:.2%})"


def _value(row: Spoilt) -> float:
    return row.exact if row.sample == "digits" else row.cer


def _spoilt(row: Spoilt | None) -> str:
    if row is None:
        return _NOTHING
    return f"{_value(row):.2%}" if row.other_cer is None else f"{row.view} {_value(row):.2%}"


def _accepted(row: Spoilt | None) -> tuple[str, str]:
    return (_NOTHING, _NOTHING) if row is None else (f"{row.accepted:,}", f"{row.wrong:,}")


def _describe(figure: Figure) -> tuple[str, ...]:
    interval = " to ".join(_show(end, figure.unit) for end in figure.interval) if figure.interval else ""
    bars = (_bar(figure, bar) for bar in (figure.bar, figure.high_bar))
    return (figure.name, _show(figure.value, figure.unit), interval, figure.by, *bars)


def _bar(figure: Figure, bar: float | None) -> str:
    if bar is None:
        return ""
    return f"{'≥' if figure.at_least else '≤'} {_show(bar, figure.unit)}{'' if figure.meets(bar) else ', missed'}"


def _show(value: float, unit: str) -> str:
    return _FORMATS.get(unit, _COUNTS).format(value)


def _table(rows: Sequence[Sequence[str]], left: int) -> str:
    """A table whose columns line up: the first ones to the left, the others to the right."""
    widths = [max(3, *(len(row[column]) for row in rows)) for column in range(len(rows[0]))]
    rule = [("-" * width) if column < left else "-" * (width - 1) + ":" for column, width in enumerate(widths)]
    lines = [_line(rows[0], widths, left), "| " + " | ".join(rule) + " |"]
    return "\n".join(lines + [_line(row, widths, left) for row in rows[1:]])


def _line(row: Sequence[str], widths: Sequence[int], left: int) -> str:
    cells = [
        cell.ljust(width) if column < left else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "| " + " | ".join(cells) + " |"
