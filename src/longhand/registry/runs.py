"""Runs: what one training was given and what came of it."""

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from longhand.registry.errors import NotRegistered, RegistryRefused
from longhand.registry.rest import Json, Rest

BATCH = 100
FAILED = "failed"
"""The tag that says why a run did not end well."""
Ending = Literal["FINISHED", "FAILED", "KILLED"]
"""How MLflow calls the ends of a run: well, by an error, or because a person or a stop asked for it."""
LONGEST = 5000
"""How long a tag's value may be."""


@dataclass(frozen=True)
class Dataset:
    """Data that a run has learned from: `digest` is its version, `source` says where it comes from."""

    name: str
    digest: str
    source: str = ""


@dataclass(frozen=True)
class Description:
    """What MLflow's pages say of a run: its name, who asked for it, the job that did it, a text, and its data."""

    name: str = ""
    by: str = ""
    job: str = ""
    text: str = ""
    datasets: Sequence[Dataset] = ()

    @property
    def tags(self) -> dict[str, str]:
        """The same as tags; `mlflow.note.content` and `mlflow.user` are those that MLflow shows by themselves."""
        tags = {"mlflow.note.content": self.text, "mlflow.user": self.by, "job": self.job}
        return {key: value[:LONGEST] for key, value in tags.items() if value}


PLAIN = Description()


@dataclass(frozen=True)
class Run:
    """A run that is being written."""

    id: str
    artifacts: str
    rest: Rest

    def log(self, params: Mapping[str, object], metrics: Mapping[str, float], tags: Mapping[str, str]) -> None:
        """Keep what went in and how good it became."""
        now = _now()
        for some in _batches({name: str(value) for name, value in params.items()}):
            self._log(params=some)
        for some in _batches(metrics):
            self._log(metrics=[{**item, "timestamp": now, "step": 0} for item in some])
        for some in _batches(tags):
            self._log(tags=some)

    def describe(self, description: Description) -> None:
        """Say in MLflow's pages what this run is; what is empty stays as it was."""
        if description.name:
            self.rest.post("runs/update", run_id=self.id, run_name=description.name)
        if description.tags:
            self.log({}, {}, description.tags)
        if description.datasets:
            inputs = [_input(dataset) for dataset in description.datasets]
            self.rest.post("runs/log-inputs", run_id=self.id, datasets=inputs)

    def _log(self, **entries: list[Json]) -> None:
        self.rest.post("runs/log-batch", run_id=self.id, **entries)

    def upload(self, path: Path, folder: str = "") -> None:
        """Keep a file, or all files of a folder, below `folder` of the run's artefacts."""
        for file in [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file()):
            name = file.relative_to(path.parent).as_posix()
            self.rest.upload(file, "/".join(part for part in (self.artifacts, folder, name) if part))


@contextmanager
def recording(rest: Rest, experiment: str, known: str | None = None) -> Iterator[Run]:
    """The run `known`, or a new one of the experiment, finished at the end, failed where something is raised."""
    run = find(rest, known) if known else begin(rest, experiment)
    if known:
        resume(run)
    status: Ending = "FAILED"
    try:
        yield run
        status = "FINISHED"
    finally:
        finish(run, status)


def begin(rest: Rest, experiment: str) -> Run:
    """A new run of the experiment."""
    answer = rest.post("runs/create", experiment_id=_experiment(rest, experiment), start_time=_now())
    info = answer["run"]["info"]
    return Run(info["run_id"], info["artifact_uri"], rest)


def finish(run: Run, status: Ending) -> None:
    """Say how a run ended."""
    run.rest.post("runs/update", run_id=run.id, status=status, end_time=_now())


def fail(run: Run, reason: str, ending: Ending = "FAILED") -> None:
    """Say that what a run was part of has failed, also where the run itself has ended well before."""
    finish(run, ending)
    run.log({}, {}, {FAILED: reason[:LONGEST]})


def flatten(values: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Nested parameters by dotted name, as a run keeps them."""
    for key, value in values.items():
        if isinstance(value, dict) and value:
            yield from flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def resume(run: Run) -> None:
    """Say that a run goes on."""
    run.rest.post("runs/update", run_id=run.id, status="RUNNING")
    with suppress(NotRegistered):
        run.rest.post("runs/delete-tag", run_id=run.id, key=FAILED)


def find(rest: Rest, run_id: str) -> Run:
    """A run that was recorded; raises NotRegistered, also where it was deleted."""
    info = rest.get("runs/get", run_id=run_id)["run"]["info"]
    if info.get("lifecycle_stage") == "deleted":
        raise NotRegistered(f"The run {run_id} was deleted.")
    return Run(info["run_id"], info["artifact_uri"], rest)


def find_runs(rest: Rest, experiment: str, job: str) -> list[Run]:
    """The runs of an experiment that a job has written."""
    try:
        known = rest.get("experiments/get-by-name", experiment_name=experiment)["experiment"]["experiment_id"]
    except NotRegistered:
        return []
    answer = rest.post("runs/search", experiment_ids=[known], filter=f"tags.job = '{job}'", max_results=100)
    return [Run(run["info"]["run_id"], run["info"]["artifact_uri"], rest) for run in answer.get("runs", [])]


def _experiment(rest: Rest, name: str) -> str:
    """The experiment's id; it is made where it does not exist, also when two ask at once."""
    try:
        return str(rest.get("experiments/get-by-name", experiment_name=name)["experiment"]["experiment_id"])
    except NotRegistered:
        pass
    try:
        return str(rest.post("experiments/create", name=name)["experiment_id"])
    except RegistryRefused:
        return str(rest.get("experiments/get-by-name", experiment_name=name)["experiment"]["experiment_id"])


def _batches(entries: Mapping[str, object]) -> Iterable[list[Json]]:
    """As key and value, at most as many as MLflow takes at once."""
    items = [{"key": key, "value": value} for key, value in entries.items()]
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))


def _input(dataset: Dataset) -> Json:
    described = {"name": dataset.name, "digest": dataset.digest[:36], "source_type": "longhand"}
    return {
        "tags": [{"key": "mlflow.data.context", "value": "training"}],
        "dataset": described | {"source": json.dumps({"version": dataset.digest, "from": dataset.source})},
    }


def _now() -> int:
    return int(time.time() * 1000)
