"""Results as a person reads them: the same tables on the terminal and in docs/benchmarks.md."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.results import Figure, Result, Results
from longhand import durable

_FORMATS = {"%": "{:.2%}", "×": "{:.3g} ×", "ms": "{:.1f} ms", "words/s": "{:,.0f}", "MB": "{:.1f} MB"}
_NOTHING = "–"

_PAGE = """\
# Benchmarks

`make benchmark` writes this page and [results.json](../benchmarks/results.json). It measured on {date}, with
the code of commit {commit}, on {machine}; engines run one after the other, each in a process of its own on
{threads} cores with {threads} threads. A reference workload (products of fixed matrices, a picture resized) took
{reference:.3f} s there, best of 3.

Engines: {versions}. {left_out}

## Every engine on the same pictures

CER is the sum of edits over the sum of true characters, after NFC, ’ as ', white space collapsed and trimmed; exact is
the share of texts without an error. Pictures per second are from the bytes of the file to the text, with so many handed
over at once as the next column says; memory is the most that the process ever had; start is the time from the start of
the process to its first reading. Ready-made engines get a fixed random sample of at most {sample:,} pictures of a set.
A dash is what was not measured.

{results}

- `dhsd-test+lexicon`: all 5,085 names of the data set are given. The ready-made engines know no lexicon; theirs is the
  entry with the fewest edits to their reading.
- RapidOCR is its recogniser alone, without its finder of lines. It cannot be told which characters can occur; where
  only some can, its reading is brought to them by case and the rest dropped. Tesseract is told.
- Tesseract reads the names, which have up to four words, as lines: as single words it reads them far worse. It gets one
  thread where that is faster than {threads}, which is tried before.

## Longhand beside what it must reach

The first bar is for models trained on a processor, the second for models trained with an accelerator. Intervals cover
95 %: by writer, letter, will or page where there are at least ten of them, which are resampled; else by picture;
binomial where it says so.

{figures}

## Measure it again

    make benchmark             # about ten minutes on two idle cores
    make benchmark SAMPLE=50   # a trial with fifty pictures of each set, which writes nothing

Tesseract comes from Debian's packages `tesseract-ocr`, `tesseract-ocr-deu` and `tesseract-ocr-fra`; RapidOCR is
installed from requirements/peers.txt into `.venv-peers`, apart from Longhand. What is missing is left out, with a
sentence that says so. `LONGHAND_DATASETS` names the folder where the data sets lie.
"""


def write_page(results: Results, file: Path) -> None:
    """Put the page in place, whole or not at all."""
    durable.write(file, render(results))


def render(results: Results) -> str:
    """The page; the same results give the same page."""
    return _PAGE.format(
        **{"date": results.date, "commit": results.commit[:12], "machine": results.machine, "threads": results.threads},
        reference=results.reference_workload_s,
        versions=", ".join(f"{name} {version}" for name, version in results.versions.items()),
        left_out=" ".join(results.left_out),
        sample=results.sample,
        results=tabulate(results.results),
        figures=list_figures(results.figures),
    )


def tabulate(rows: Sequence[Result]) -> str:
    """Every engine on every set."""
    head = ("set", "engine", "pictures", "CER", "exact", "pictures/s", "at once", "memory", "start")
    return _table([head, *map(_cells, rows)], left=2)


def list_figures(figures: Sequence[Figure]) -> str:
    """Figures beside their bars."""
    head = ("figure", "measured", "95 %", "by", "bar", "accelerated")
    return _table([head, *map(_describe, figures)], left=1)


def _cells(row: Result) -> tuple[str, ...]:
    numbers = (row.words_per_second, row.batch, row.memory_mb, row.start_s)
    forms = ("{:,.0f}", "{}", "{:,.0f} MB", "{:.1f} s")
    measured = [_NOTHING if n is None else form.format(n) for n, form in zip(numbers, forms, strict=True)]
    return (row.set, row.engine, f"{row.pictures:,}", f"{row.cer:.2%}", f"{row.exact:.2%}", *measured)


def _describe(figure: Figure) -> tuple[str, ...]:
    interval = " to ".join(_show(end, figure.unit) for end in figure.interval) if figure.interval else ""
    bars = (_bar(figure, bar) for bar in (figure.bar, figure.high_bar))
    return (figure.name, _show(figure.value, figure.unit), interval, figure.by, *bars)


def _bar(figure: Figure, bar: float | None) -> str:
    if bar is None:
        return ""
    return f"{'≥' if figure.at_least else '≤'} {_show(bar, figure.unit)}{'' if figure.meets(bar) else ', missed'}"


def _show(value: float, unit: str) -> str:
    return _FORMATS[unit].format(value)


def _table(rows: Sequence[Sequence[str]], left: int) -> str:
    """A table in Markdown whose columns line up: the first ones to the left, the others to the right."""
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
