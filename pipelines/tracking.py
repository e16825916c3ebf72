"""The MLflow server that a recipe registers with."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from longhand.registry.server import serving
from pipelines.recipe import TRACKING

FOLDER = Path("var/pipeline/mlflow")


@contextmanager
def tracking_server() -> Iterator[str]:
    """The address of the server that MLFLOW_TRACKING_URI names, else of one over a folder of the pipeline's own, for as
    long as it is needed: a platform that happens to run on this machine is not written to."""
    if url := os.environ.get(TRACKING):
        yield url
    else:
        with serving(FOLDER.resolve()) as url:
            yield url


def flatten(values: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Nested parameters by dotted name, as a run keeps them."""
    for key, value in values.items():
        if isinstance(value, dict) and value:
            yield from flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
