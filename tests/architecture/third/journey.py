"""The third task's way through the rooms, in a process that finds them with its entry and modules in their places."""

import sys
from pathlib import Path

from docs.cards import write
from longhand.cli.describing import describe
from longhand.cli.reading import shipped
from longhand.contracts.jobs import TrainRequest
from longhand.contracts.readings import Task
from longhand.inference import load
from longhand.tasks import DIGIT, Effort  # type: ignore[attr-defined]
from services.gateway.intake.options import ReadingOptions
from services.training.settings import TrainingSettings
from services.training.worker import schedules
from tests.drawings import written
from tests.pipelines.workshop import STAGES, run_stages, workshop

RECIPE = {
    "preprocessing": "glyph-1",
    "served": "float32",
    "network": {"height": 28, "slope": 2.0},
    "sets": {"digits": {}},
}


def learn(folder: Path) -> Path:
    """From a data set to a bundle, by the stages of the pipeline."""
    with workshop(folder, DIGIT.model, **RECIPE) as recipe:
        run_stages(recipe, *STAGES)
        return folder / recipe.folder("bundle")


def read(folder: Path) -> None:
    """The bundle reads, and is described."""
    bundle = shipped(Task(DIGIT.wire), Effort.FAST, folder)
    recogniser = load(bundle, threads=1)
    (found,) = recogniser.read([written("7")])
    assert type(recogniser).__name__ == "DigitRecogniser" and found.text in DIGIT.alphabet
    assert DIGIT.reads in describe(bundle, "somebody/digits", "apache-2.0")
    (folder.parent / "docs" / "models").mkdir(parents=True)
    assert [page.name for page in write(folder.parent)] == ["digits.md"]


def ask(folder: Path) -> None:
    """Services know the task and its model."""
    assert ReadingOptions(task="digit").task == DIGIT.wire == Task("digit")
    assert TrainRequest(model="digits").model == DIGIT.model
    settings = TrainingSettings(var=folder, source=folder, schedule="30 2 * * 0")
    assert [one.name for one in schedules(settings)] == [f"train-{DIGIT.model}"]


if __name__ == "__main__":
    home = Path(sys.argv[1])
    bundles = home / "platform" / "bundles"
    bundles.mkdir(parents=True)
    learn(home).rename(bundles / DIGIT.model)
    read(bundles)
    ask(home)
    print("read, described and asked for")
