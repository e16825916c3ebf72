"""How far a training is, for whoever waits for it."""

import os
from collections.abc import Mapping
from pathlib import Path

from longhand import durable

VARIABLE = "LONGHAND_PROGRESS"


def report(progress: Mapping[str, object]) -> None:
    """Print progress as a line, and put it into the file that LONGHAND_PROGRESS names."""
    print("  ".join(f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}" for k, v in progress.items()), flush=True)
    if target := os.environ.get(VARIABLE):
        durable.write_json(Path(target), progress, durable=False)
