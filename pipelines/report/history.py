"""The curves of a training, and the headline figures of every report made in one place."""

import datetime
import json
from pathlib import Path
from typing import Any

from pipelines.commit import describe_commit
from pipelines.recipe import read_json
from pipelines.report.errors import DamagedHistory
from pipelines.report.material import Material

FILE = "history.json"


def extend(material: Material, folder: Path) -> dict[str, Any]:
    """What `history.json` of the next report holds: `curves`, a line per epoch, and `reports`, oldest first.

    A report on the same data with the same figures as the last takes its place. Raises DamagedHistory.
    """
    earlier = _read(folder / FILE)
    made = {
        "made": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "commit": describe_commit(),
        "dataset_version": material.receipt["dataset_version"],
        "metrics": material.metrics,
    }
    if earlier and _same(earlier[-1], made):
        earlier.pop()
    return {"curves": material.history, "reports": [*earlier, made]}


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        return list(read_json(path)["reports"]) if path.exists() else []
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise DamagedHistory(f"{path} is no history of reports. Move it away; the next report begins anew.") from error


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(one.get(key) == other[key] for key in ("dataset_version", "metrics"))
