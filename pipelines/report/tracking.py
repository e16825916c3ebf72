"""Reports as artefacts of the run that they are about."""

import os
from contextlib import closing
from pathlib import Path

from longhand.registry.errors import RegistryError
from longhand.registry.registry import Registry
from pipelines.recipe import TRACKING, read_json
from pipelines.report.material import Material

FOLDER = "report"


def log(material: Material, folder: Path) -> str:
    """Keep a report with the run of the model that it is about; a sentence on what became of it.

    Only where MLFLOW_TRACKING_URI names a server, and where the model was registered with these figures.
    """
    url = os.environ.get(TRACKING)
    if not url:
        return f"{TRACKING} names no MLflow server, so it lies here alone"
    registered = material.recipe.folder("register") / "registered.json"
    receipt = read_json(registered) if registered.exists() else {}
    if receipt.get("metrics") != material.metrics:
        return "not logged: the model has not been registered with these figures"
    try:
        with closing(Registry(url)) as registry:
            registry.attach(receipt["run_id"], folder, FOLDER)
    except RegistryError as error:
        return f"not logged: {error.sentence}"
    return f"logged with run {receipt['run_id']} at {url}"
