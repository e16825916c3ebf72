"""Reports on disk: whole or not at all."""

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipelines.report import data, evaluation, markdown, page, pdf
from pipelines.report.history import FILE, extend
from pipelines.report.material import Material

DATA, REPORT = "data.html", "report"


def write_data(material: Material, folder: Path) -> None:
    """Put the report on the data into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f".{DATA}"
    aside.write_text(page.render(data.describe(material)), encoding="utf-8")
    aside.replace(folder / DATA)


def write_report(material: Material, folder: Path) -> None:
    """Put both reports into a folder, in place of what lies there.

    `report.md` with `figures`, `report.html`, `report.pdf`, `history.json`, `data.html`.
    """
    history = extend(material, folder)
    document = evaluation.describe(material, history["reports"])

    def fill(aside: Path) -> None:
        (aside / FILE).write_text(_as_json(history), encoding="utf-8")
        (aside / f"{REPORT}.html").write_text(page.render(document), encoding="utf-8")
        markdown.write(document, aside / f"{REPORT}.md")
        pdf.write(document, aside / f"{REPORT}.pdf")
        write_data(material, aside)

    _replace(folder, fill)


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _replace(folder: Path, fill: Callable[[Path], None]) -> None:
    """Fill a new folder, and put it in the place of the old one."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
        new, old = Path(scratch) / "new", Path(scratch) / "old"
        new.mkdir()
        fill(new)
        if folder.exists():
            folder.rename(old)
        try:
            new.rename(folder)
        except OSError:
            shutil.move(old, folder)
            raise
