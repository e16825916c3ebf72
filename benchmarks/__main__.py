"""`python -m benchmarks`: measures every engine on every set, prints it, and writes results.json and its page."""

import argparse
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.conditions import KINDS
from benchmarks.figures import gather
from benchmarks.machine import describe_commit, describe_machine, time_reference
from benchmarks.measurements import ENGINES, SAMPLE
from benchmarks.process import ROOT, Installation
from benchmarks.report import write_page
from benchmarks.results import Results
from benchmarks.run import Plan, Run, measure
from benchmarks.sets import SETS
from benchmarks.tables import list_conditions, list_figures, list_notices, list_results


def main(arguments: Sequence[str] | None = None) -> None:
    """See --help."""
    chosen = _parse(arguments)
    plan = Plan(tuple(chosen.engines), tuple(chosen.sets), chosen.sample, Installation(chosen.bundles.resolve()))
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        reference = time_reference(plan.installed.threads)
        results = summarise(measure(plan, Path(folder)), reference)
    conditions = [list_conditions(results.conditions, name) for name in KINDS]
    tables = (*conditions, list_notices(results.notices), list_figures(results.figures))
    print("", list_results(results.results), *tables, sep="\n\n")
    whole = plan == Plan(installed=plan.installed)
    if into := chosen.into or (ROOT if whole else None):
        write(results, into)


def summarise(run: Run, reference: float) -> Results:
    """All that a run has measured."""
    if run.plan.limit:
        run.leave_out(f"This is a trial with at most {run.plan.limit} pictures of each set.")
    return Results(
        commit=describe_commit(),
        machine=describe_machine(),
        reference_workload_s=round(reference, 4),
        results=[found.row for several in run.measured.values() for found in several],
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        threads=run.plan.installed.threads,
        sample=SAMPLE,
        versions=run.versions,
        left_out=run.left_out,
        figures=gather(run),
        conditions=run.conditions,
        notices=run.notices,
    )


def write(results: Results, into: Path) -> None:
    """Write both files below a folder."""
    for name in ("benchmarks", "docs"):
        (into / name).mkdir(parents=True, exist_ok=True)
    results.write(into / "benchmarks" / "results.json")
    write_page(results, into / "docs" / "benchmarks.md")


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    names = [one.name for one in SETS]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sample", type=int, help="only so many pictures of each set; writes nothing without --into")
    parser.add_argument("--into", type=Path, help="where benchmarks/results.json and docs/benchmarks.md are written")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--sets", nargs="+", choices=names, default=names, metavar="SET", help=", ".join(names))
    parser.add_argument("--bundles", type=Path, default=ROOT / "bundles", help="the models that are measured")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
