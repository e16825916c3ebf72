"""The page docs/benchmarks.md."""

from pathlib import Path

from benchmarks.results import Results
from benchmarks.tables import list_conditions, list_figures, list_notices, list_results
from longhand import durable

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
- RapidOCR is its recogniser alone, PP-OCRv6 small, without its finder of lines. It gets every picture twice: whole, and
  cut to the writing as Longhand's own preparation finds it. The view that it reads better counts and is named, with the
  other's CER behind it; cutting is not in its time. It cannot be told which characters can occur; where only some can,
  its reading is brought to them by case and the rest dropped. Tesseract is told.
- Tesseract reads the names, which have up to four words, as lines: as single words it reads them far worse. It gets one
  thread where that is faster than {threads}, which is tried before.

## Under everyday conditions

The same pictures for every engine: {spoilt} words of dhsd-test and as many digits of mnist-test, these enlarged to
112 × 112 and dark on light, drawn at random with a fixed seed. Each is laid on a sheet with a margin (`plain`) and
spoilt by
[the project's own code](../src/longhand/datasets/synthetic/conditions.py), the same way in every run: a printed frame
around it (`form-cell`), a dark line along one side or two (`edge-line`, `corner`), a line to write on, solid or dotted
(`fill-in-line`), ruled or squared paper, half in shadow, light that falls off (`slope`), a dark desk around the page,
strokes of the lines above and below (`neighbours`), faint pencil, a photo, and so `small` that people barely read it.
Beside them, how many of its readings Longhand accepts, and how many of those are wrong. The mean leaves `plain` and
`small` out.

Words, CER:

{words}

Digits, share read right:

{digits}

## What is said of pictures

Notices of the preparations text-4 and glyph-2: the share of the pictures of each condition that get the notice which
belongs to it, and of the plain pictures that get it though nothing is wrong with them. The words and digits are those
above, the lines those of stanford-test; `two-rows` is a plain picture twice, one above the other. A picture in which
its condition does not show, by an eighth of the paper's brightness, is left out: printed lines may be as light as the
paper.

{notices}

## Longhand beside what it must reach

The first bar is for models trained on a processor, the second for models trained with an accelerator. Intervals cover
95 %: by writer, letter, will, document or page where there are at least ten of them, which are resampled; else by
picture; binomial where it says so.

{figures}

## Measure it again

    make benchmark             # about twenty minutes on two idle cores
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
        results=list_results(results.results),
        spoilt=max((row.pictures for row in results.conditions), default=0),
        words=list_conditions(results.conditions, "words"),
        digits=list_conditions(results.conditions, "digits"),
        notices=list_notices(results.notices),
        figures=list_figures(results.figures),
    )
