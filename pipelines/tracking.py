"""The MLflow server that a recipe registers with."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from longhand.registry.server import answers, serving

VARIABLE = "MLFLOW_TRACKING_URI"
PLATFORM = "http://127.0.0.1:5000"
FOLDER = Path("var/mlflow")


@contextmanager
def tracking_server() -> Iterator[str]:
    """The address of the server that MLFLOW_TRACKING_URI names, else of the running platform's, else of one
    that is started over the same folder for as long as it is needed."""
    if url := running_server():
        yield url
    else:
        with serving(FOLDER.resolve()) as url:
            yield url


def running_server() -> str | None:
    """The address of the server that MLFLOW_TRACKING_URI names, else of the running platform's, else none."""
    return os.environ.get(VARIABLE) or (PLATFORM if answers(PLATFORM) else None)


def flatten(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Nested parameters by dotted name, as a run keeps them."""
    for key, value in values.items():
        if isinstance(value, dict) and value:
            yield from flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
