"""How far a training is, for whoever waits for it."""

import json
import os
from pathlib import Path
from typing import Any

VARIABLE = "LONGHAND_PROGRESS"


def report(progress: dict[str, Any]) -> None:
    """Print progress as a line, and write it to the file that LONGHAND_PROGRESS names, aside and then renamed."""
    print("  ".join(f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}" for k, v in progress.items()), flush=True)
    if target := os.environ.get(VARIABLE):
        path = Path(target)
        aside = path.with_name(f".{path.name}")
        aside.write_text(json.dumps(progress))
        aside.replace(path)
