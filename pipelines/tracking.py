"""The MLflow server that a recipe registers with."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from longhand.registry.server import answers, serving

VARIABLE = "MLFLOW_TRACKING_URI"
PLATFORM = "http://127.0.0.1:5000"
FOLDER = Path("var/mlflow")


@contextmanager
def tracking_server() -> Iterator[str]:
    """The address of the server that MLFLOW_TRACKING_URI names, else of the running platform's, else of one
    that is started over the same folder for as long as it is needed."""
    if named := os.environ.get(VARIABLE):
        yield named
    elif answers(PLATFORM):
        yield PLATFORM
    else:
        with serving(FOLDER.resolve()) as url:
            yield url
