"""The process that does one training job: makes the workspace, runs the pipeline, says which version came of it."""

import argparse
import json
import os
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import NotRequired, TypedDict

from longhand.contracts.jobs import TrainRequest
from longhand.errors import LonghandError
from longhand.registry.errors import NotRegistered
from longhand.registry.registry import Registry
from longhand.samples.errors import UnknownSample, VersionWithdrawn
from longhand.samples.files import Files
from longhand.samples.versions import Versions
from longhand.servicekit.jobs import child
from services.training.checkout import describe_commit
from services.training.errors import PipelineFailed, UnknownDataset
from services.training.failure import STOPPED, Stopped, heed_stop, mark
from services.training.recipes import PIPELINES, Params, Section, add_set, change_params, read_params
from services.training.reproduction import reproduce
from services.training.starting import describe, fetch_version, find_start, find_teacher
from services.training.tuning.starts import DATASETS, STARTED_FROM, TAUGHT_BY
from services.training.workspace import alone, lay_out


class Receipt(TypedDict):
    """What the stage `register` leaves: which version came of the run."""

    model: str
    version: int
    run_id: NotRequired[str]


@dataclass(frozen=True)
class Places:
    """Where code and data come from, where dvc works, and where the outcome is registered."""

    source: Path
    workspaces: Path
    cache: Path
    store: str
    mlflow: str


def train(request: TrainRequest, places: Places) -> Receipt:
    """Run the pipeline to its end and return its receipt: model, version, run. Errors are LonghandError."""
    params = make_params(request, places)
    workspace = (places.workspaces / request.recipe).resolve()
    with alone(workspace, lambda: child.report_progress({"stage": "waits for another training of this recipe"})):
        lay_out(places.source, workspace, places.cache, request.recipe, params)
        target = _target(request)
        _reproduce(workspace, places, target)
        receipt = _receipt(workspace, request)
        if not _is_registered(receipt, places.mlflow):
            _reproduce(workspace, places, "--force", "--single-item", target)
            receipt = _receipt(workspace, request)
        _tell_origin(receipt, request, params[request.model], places.mlflow)
        return receipt


def make_params(request: TrainRequest, places: Places) -> Params:
    """The recipe's parameters with what the request changes: values, the version to begin with, and further sets."""
    params = read_params(places.source, request.recipe)
    recipe = change_params(params, request.model, request.params)
    workspace = (places.workspaces / request.recipe).resolve()
    with closing(Registry(places.mlflow)) as registry:
        if start := find_start(registry, request.model, request.start_from, recipe):
            params[request.model]["pretrain"] = describe(start)
            fetch_version(registry, start, workspace)
        if recipe.teacher:
            teacher = find_teacher(registry, recipe.teacher)
            params[request.model]["teacher"] = recipe.teacher.model_dump() | describe(teacher)
            fetch_version(registry, teacher, workspace)
    versions = Versions(Files(places.store))
    for version in request.datasets:
        try:
            folder = versions.fetch(version, places.workspaces.parent / "datasets")
        except VersionWithdrawn:
            raise
        except UnknownSample as error:
            raise UnknownDataset(f"{error} Ingest it first.") from error
        add_set(params, request.model, f"version-{version[:12]}", folder)
    return params


def _target(request: TrainRequest) -> str:
    prefix = "" if request.recipe == "starter" else f"{PIPELINES[request.recipe]}:"
    return f"{prefix}register@{request.model}"


def _reproduce(workspace: Path, places: Places, *arguments: str) -> None:
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONPATH": f"{workspace / 'src'}{os.pathsep}{workspace}",
        "MLFLOW_TRACKING_URI": places.mlflow,
        "LONGHAND_MLFLOW_URL": places.mlflow,
        "LONGHAND_COMMIT": describe_commit(places.source),
        # Not what a person has set up for dvc on this machine.
        "DVC_NO_ANALYTICS": "1",
        "DVC_GLOBAL_CONFIG_DIR": str(workspace / ".dvc" / "global"),
        "DVC_SYSTEM_CONFIG_DIR": str(workspace / ".dvc" / "system"),
        "DVC_SITE_CACHE_DIR": str(workspace / ".dvc" / "site"),
    }
    reproduce(workspace, arguments, environment, _report_stage)


def _report_stage(stage: str) -> None:
    """Report the stage beside the numbers that the stages before it have reported."""
    try:
        reported = json.loads(Path(os.environ["LONGHAND_PROGRESS"]).read_bytes())
    except (KeyError, OSError, ValueError):
        reported = {}
    child.report_progress({**reported, "stage": stage})


def _receipt(workspace: Path, request: TrainRequest) -> Receipt:
    path = workspace / "var" / "pipeline" / request.recipe / request.model / "register" / "registered.json"
    try:
        receipt: Receipt = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise PipelineFailed(f"The pipeline ended without its receipt {path.name}: {error}.") from error
    return receipt


def _is_registered(receipt: Receipt, mlflow: str) -> bool:
    """Whether the registry knows the version: dvc may have found all of it done, while the registry is a new one."""
    with closing(Registry(mlflow)) as registry:
        try:
            known = registry.version(receipt["model"], receipt["version"])
        except NotRegistered:
            return False
    return known.run_id == receipt.get("run_id", known.run_id)


def _tell_origin(receipt: Receipt, request: TrainRequest, made_by: Section, mlflow: str) -> None:
    """Say of a version what it has learned from: frozen data sets, others' weights, others' answers."""
    parents = {STARTED_FROM: made_by.get("pretrain"), TAUGHT_BY: made_by.get("teacher")}
    tags = {
        tag: f"{one.get('model', receipt['model'])}/{one['version']}"
        for tag, one in parents.items()
        if isinstance(one, dict) and "sha256" in one
    }
    if request.datasets:
        tags[DATASETS] = " ".join(request.datasets)
    with closing(Registry(mlflow)) as registry:
        registry.tag(receipt["model"], receipt["version"], tags)


def main() -> None:
    """Do the job that the environment names."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("source", "workspaces", "cache"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    for name in ("store", "mlflow"):
        parser.add_argument(f"--{name}", required=True)
    places = Places(**vars(parser.parse_args()))
    request = TrainRequest.model_validate(child.read_arguments())
    heed_stop()
    try:
        receipt = train(request, places)
    except LonghandError as error:
        mark(places.mlflow, request.model, f"{error.code}: {error.sentence}")
        child.fail(error.code, error.sentence)
    except Stopped:
        mark(places.mlflow, request.model, "The job was cancelled, or its worker stopped.", "KILLED", patience_s=5)
        sys.exit(STOPPED)
    child.write_result(receipt)


if __name__ == "__main__":
    main()
