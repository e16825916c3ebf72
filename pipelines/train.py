"""Train: fit the network, and write it as weights and as the ONNX file that is served."""

from typing import Any

from longhand.handwriting.card import MODEL, Card
from longhand.learning.export import sha256
from longhand.learning.prepared import PreparedSet
from longhand.learning.training import Settings, Trained, train
from pipelines.recipe import Recipe, main, read_json, write_json


def run(recipe: Recipe) -> None:
    """Train a recipe's model, going on from its last checkpoint where data and parameters are the same."""
    settings = Settings(**{key: recipe.params[key] for key in ("seed", "precision", "network", "draw", "fit")})
    trained = train(recipe.task, PreparedSet(recipe.folder("prepare")), settings, recipe.folder("checkpoints"))
    folder = recipe.folder("train")
    trained.write(folder)
    Card(
        name=recipe.model,
        task=recipe.task,
        characters=trained.alphabet.characters,
        height=recipe.params["network"]["height"],
        preprocessing=recipe.params["preprocessing"],
        sha256=sha256(folder / MODEL),
        device=trained.device,
    ).write(folder)
    write_json(folder / "history.json", trained.history)
    write_json(folder / "receipt.json", _receipt(recipe, trained))


def _receipt(recipe: Recipe, trained: Trained) -> dict[str, Any]:
    """Where and on what a training ran."""
    return {
        "command": f"python -m pipelines.train --recipe {recipe.name} --model {recipe.model}",
        "device": trained.device,
        "parameters": trained.model.count_params(),
        "dataset_version": read_json(recipe.folder("prepare") / "receipt.json")["dataset_version"],
        "epochs": len(trained.history),
        "seconds": round(sum(line["seconds"] for line in trained.history), 1),
        "left_out": trained.dropped,
    }


if __name__ == "__main__":
    main(run, __doc__)
