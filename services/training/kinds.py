"""The kinds of jobs that training does."""

import sys
from collections.abc import Mapping

from longhand.contracts.gates import GateRequest
from longhand.contracts.jobs import AdaptRequest, FineTuneRequest, TrainRequest
from longhand.servicekit.jobs.kinds import Kind, Kinds
from services.training.gate.records import JOURNAL, STATE
from services.training.settings import TrainingSettings

STAYS_S = 3600.0
"""So long a process that adapts waits for the next correction, with about 300 MB."""

QUIET_S = 60.0
"""So long one waits that adapts to another champion."""

QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3"}
"""TensorFlow's greetings and complaints about missing GPUs would bury what a training prints; errors still raise."""


def list_kinds(settings: TrainingSettings) -> Kinds:
    """The table; its commands are given what the settings say."""
    places = {
        "source": settings.source,
        "workspaces": settings.workspaces,
        "cache": settings.cache_directory,
        "store": settings.store_url,
        "mlflow": settings.mlflow_url,
    }
    own = {"source": settings.source, "tunings": settings.tunings, "store": settings.store_url}
    train = _command("services.training.child", places)
    judged = {"source": settings.source, "store": settings.store_url, "mlflow": settings.mlflow_url}
    gate = _command("services.training.gate.child", judged)
    urls = {STATE: settings.state_url, JOURNAL: settings.journal_url}
    tune = _command("services.training.tuning.child", {**own, "mlflow": settings.mlflow_url})
    quick = {"store": settings.store_url, "bundles": settings.adapting, "mlflow": settings.mlflow_url}
    adapt = _command("services.training.adapting.child", quick)
    deep = [*_command("services.training.adapting.child", quick | {"bundles": settings.adapting / "deep"}), "--deep"]
    return Kinds(
        Kind("train", "train", TrainRequest, lambda _: train, QUIET, alike=("model", "recipe", "params")),
        Kind("fine-tune", "fine-tune", FineTuneRequest, lambda _: tune, QUIET, alike=("model", "steps")),
        Kind("gate", "gate", GateRequest, lambda _: gate, urls, alike=("model",)),
        Kind("adapt", "adapt", AdaptRequest, lambda _: adapt, urls, stays_s=STAYS_S, alike=("task",)),
        Kind("deepen", "deepen", AdaptRequest, lambda _: deep, urls | QUIET, stays_s=QUIET_S, alike=("task",)),
        Kind("refit", "refit", AdaptRequest, lambda _: adapt, urls, stays_s=QUIET_S, alike=("task",)),
    )


def _command(module: str, places: Mapping[str, object]) -> list[str]:
    return [
        sys.executable,
        "-m",
        module,
        *(part for name, value in places.items() for part in (f"--{name}", str(value))),
    ]
