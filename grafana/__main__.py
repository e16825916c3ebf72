"""Writes the dashboards that Grafana is provisioned with: `python -m grafana`."""

import json
from pathlib import Path

from grafana.dashboards import DASHBOARDS

FOLDER = Path(__file__).parent / "dashboards"


def write(folder: Path) -> list[Path]:
    """Write every dashboard below `folder`, and say which files those are."""
    files = []
    for dashboard in DASHBOARDS:
        file = folder / f"{dashboard.name}.json"
        file.write_text(json.dumps(dashboard.draw(), indent=2) + "\n", encoding="utf-8")
        files.append(file)
    return files


if __name__ == "__main__":
    for written in write(FOLDER):
        print(written.relative_to(FOLDER.parent.parent))
