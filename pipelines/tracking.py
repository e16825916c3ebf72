"""The MLflow server that a recipe registers with, and what it shows of a run."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from longhand.registry.runs import Dataset, Description
from longhand.registry.server import serving
from pipelines.recipe import TRACKING, Recipe

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


def describe(recipe: Recipe, version: str) -> Description:
    """What MLflow's pages say of the run of a recipe: its name, who and which job, and the data, by its version."""
    by, job = os.environ.get("LONGHAND_JOB_BY", ""), os.environ.get("LONGHAND_JOB", "")
    asked = f"Asked for by {by} with the job {job}." if job else "Made with `dvc repro`."
    return Description(
        name=f"{recipe.model}, recipe {recipe.name}, data {version[:8]}",
        by=by,
        job=job,
        text=f"The model `{recipe.model}`, trained by the recipe `{recipe.name}` on the data {version[:12]}. {asked}",
        datasets=[Dataset(", ".join(sorted(recipe.params["sets"]))[:500], version, f"recipe {recipe.name}")],
    )
