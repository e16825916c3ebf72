"""Register: record the run in MLflow and make the bundle a version. It never promotes."""

import hashlib
from contextlib import closing
from typing import Any

from longhand.registry.registry import Registry
from longhand.registry.runs import flatten
from pipelines.commit import describe_commit
from pipelines.live import find_run
from pipelines.recipe import RECIPES, Recipe, main, read_json, write_json
from pipelines.tracking import describe, tracking_server


def register(recipe: Recipe) -> dict[str, Any]:
    """Register the bundle with its parameters, metrics and the files that made it; returns the receipt.

    The same bundle is registered once, however often this runs. Its run is the one that its training has told of
    itself, where that lies on the same server.
    """
    definition = RECIPES[recipe.name].with_name("dvc.yaml")
    lock = definition.with_name("dvc.lock")
    artifacts = [
        definition,
        RECIPES[recipe.name],
        *([lock] if lock.exists() else []),
        recipe.folder("train") / "history.json",
        recipe.folder("train") / "receipt.json",
        recipe.folder("validate") / "report.json",
        *sorted(recipe.folder("evaluate").glob("*.png")),
    ]
    trained = read_json(recipe.folder("train") / "receipt.json")
    tags = {
        "recipe": recipe.name,
        "commit": describe_commit(),
        "dataset_version": read_json(recipe.folder("prepare") / "receipt.json")["dataset_version"],
        "dvc_lock": hashlib.sha256(lock.read_bytes()).hexdigest() if lock.exists() else "",
        "device": trained["device"],
    }
    metrics = read_json(recipe.folder("evaluate") / "metrics.json")
    with tracking_server() as url, closing(Registry(url)) as registry:
        version = registry.register(
            recipe.model,
            recipe.bundle,
            metrics,
            dict(flatten(recipe.params)),
            tags,
            artifacts,
            find_run(recipe, recipe.folder("checkpoints")),
            describe(recipe, tags["dataset_version"]),
        )
        run = registry.version(recipe.model, version).run_id
    receipt = {"model": recipe.model, "version": version, "run_id": run, **tags, "metrics": metrics}
    write_json(recipe.folder("register") / "registered.json", receipt)
    return receipt


def _tell(recipe: Recipe) -> None:
    made = register(recipe)
    print(f"{made['model']}: registered as version {made['version']}; it serves once it is promoted")


if __name__ == "__main__":
    main(_tell, __doc__)
