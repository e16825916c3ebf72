"""Real handwriting, where it lies."""

import os
from pathlib import Path

import pytest

from longhand.datasets.readers import VARIABLE

_BESIDE = Path(__file__).parents[1].parent


def data_sets() -> Path:
    """The folder where the data sets lie, named or beside the checkout; where there is none, the test is skipped."""
    named = os.environ.get(VARIABLE)
    folder = Path(named) if named else next((t.parent for t in _BESIDE.glob("*/data/splits.csv")), None)
    if folder is None or not (folder / "splits.csv").exists():
        pytest.skip(f"the real data sets are not at hand: set {VARIABLE} to the folder where they lie")
    return folder
