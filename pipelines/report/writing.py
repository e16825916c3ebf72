"""Reports on disk: whole or not at all."""

import json
from pathlib import Path

from longhand import durable
from pipelines.report import conditions, data, evaluation, markdown, page, pdf
from pipelines.report.history import FILE, extend
from pipelines.report.material import Material

DATA, REPORT, CONDITIONS = "data.html", "report", "conditions.html"


def write_data(material: Material, folder: Path) -> None:
    """Put the report on the data into a folder."""
    durable.write(folder / DATA, page.render(data.describe(material)))


def write_report(material: Material, folder: Path) -> None:
    """Put all reports into a folder, in place of what lies there.

    `report.md` with `figures`, `report.html`, `report.pdf`, `history.json`, `conditions.html`, `data.html`.
    """
    history = extend(material, folder)
    document = evaluation.describe(material, history["reports"])

    with durable.staging(folder) as aside:
        (aside / FILE).write_text(_as_json(history), encoding="utf-8")
        (aside / f"{REPORT}.html").write_text(page.render(document), encoding="utf-8")
        markdown.write(document, aside / f"{REPORT}.md")
        pdf.write(document, aside / f"{REPORT}.pdf")
        (aside / CONDITIONS).write_text(page.render(conditions.describe(material)), encoding="utf-8")
        write_data(material, aside)


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
