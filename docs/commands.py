"""`docs/reference/command-line.md`: what can be typed, from the programs themselves."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

PAGE = Path("docs/reference/command-line.md")
PROGRAMS = (
    ("longhand", ("longhand.cli", "--help")),
    ("longhand read", ("longhand.cli", "read", "--help")),
    ("longhand data", ("longhand.cli", "data", "--help")),
    ("longhand fetch", ("longhand.cli", "fetch", "--help")),
    ("longhand export", ("longhand.cli", "export", "--help")),
    ("longhand publish", ("longhand.cli", "publish", "--help")),
    ("longhand keys", ("longhand.cli", "keys", "--help")),
    ("python -m pipelines.ablation", ("pipelines.ablation", "--help")),
    ("python -m services.supervisor", ("services.supervisor", "--help")),
)
HEAD = """\
# Command line

*Written by `make docs` from the Makefile and the programs' own help.*

## make

| command | what it does |
|---|---|
"""
TAIL = """\

## The services

`python -m services.gateway`, `.ingestion`, `.training` and `.prediction` each serve until SIGTERM;
`python -m services.ingestion.worker` and `services.training.worker` do the queued jobs: of every queue, or of those
named by `--queue NAME` (again for each). With `--check` they end with 0 where this machine's worker was seen in the
last minute. Everything else that can be set is in [settings](settings.md).

## The pipeline

`dvc repro` runs the `starter` recipe, `dvc repro pipelines/full/dvc.yaml` the `full` one, for all its models; a stage
alone is `dvc repro register@text`. Each stage is `python -m pipelines.<stage> --recipe starter|full --model <model>`,
where the stage is one of ingest, validate, prepare, train, evaluate, export and register, and the model one of the
recipe's. `python -m pipelines.report` takes the same arguments and writes to `var/reports/<recipe>/<model>/`.

`python -m docs` writes this reference, `python -m grafana` the dashboards.
"""


def write(root: Path) -> list[Path]:
    """Write the page, and say where."""
    text = HEAD + "".join(f"{line}\n" for line in _verbs(root / "Makefile")) + "".join(_helps(root)) + TAIL
    (root / PAGE).write_text(text, encoding="utf-8")
    return [root / PAGE]


def _verbs(makefile: Path) -> Iterator[str]:
    for match in re.finditer(r"^([a-z]+):.*?## (.*)$", makefile.read_text(encoding="utf-8"), re.MULTILINE):
        yield f"| `make {match[1]}` | {match[2]} |"


def _helps(root: Path) -> Iterator[str]:
    for title, (module, *arguments) in PROGRAMS:
        shown = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=root,
            env={**os.environ, "PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}", "COLUMNS": "100", "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        shown = re.sub(r"python -m longhand\.cli", "longhand", shown)
        yield f"\n## {title}\n\n```text\n{shown.strip()}\n```\n"
