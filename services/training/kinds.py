"""The kinds of jobs that training does."""

import sys

from longhand.contracts.jobs import TrainRequest
from longhand.servicekit.jobs.kinds import Kind, Kinds
from services.training.settings import TrainingSettings

QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3"}
"""TensorFlow's greetings and complaints about missing GPUs would bury what a training prints; errors still raise."""


def list_kinds(settings: TrainingSettings) -> Kinds:
    """The table; its commands are given what the settings say."""
    command = [sys.executable, "-m", "services.training.child", *_arguments(settings)]
    return Kinds(Kind("train", "train", TrainRequest, lambda _: command, QUIET, alike=("model", "recipe", "params")))


def _arguments(settings: TrainingSettings) -> list[str]:
    places = {
        "source": settings.source,
        "workspaces": settings.workspaces,
        "cache": settings.cache_directory,
        "store": settings.store_url,
        "mlflow": settings.mlflow_url,
    }
    return [part for name, value in places.items() for part in (f"--{name}", str(value))]
