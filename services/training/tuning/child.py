"""The process that does one fine-tune: fetches version and corrections, lets the checkout learn, registers."""

import argparse
import json
import os
import shutil
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from longhand.contracts.jobs import FineTuneRequest
from longhand.contracts.models import ModelVersion
from longhand.errors import LonghandError
from longhand.registry.registry import Registry
from longhand.registry.runs import Dataset, Description
from longhand.samples.errors import UnknownSample, VersionWithdrawn
from longhand.samples.files import Files
from longhand.samples.versions import Versions
from longhand.servicekit.jobs import child
from services.training.checkout import describe_commit
from services.training.errors import PipelineFailed, UnknownDataset
from services.training.failure import STOPPED, Stopped, heed_stop
from services.training.tuning.program import run
from services.training.tuning.starts import FINE_TUNE, KIND, STARTED_FROM, find_full
from services.training.workspace import alone

JOB = "job"
"""The tag that names the job which made a version: an attempt that comes after a kill finds what was registered."""


class Outcome(TypedDict):
    """Which version came of a fine-tune, from which one, and of what."""

    model: str
    version: int
    started_from: str
    dataset: str
    corrections: int
    replay: str


@dataclass(frozen=True)
class Places:
    """Where the code lies, where fine-tunes work, where corrections come from, and where the outcome is registered."""

    source: Path
    tunings: Path
    store: str
    mlflow: str


def tune(request: FineTuneRequest, places: Places, job: str) -> Outcome:
    """Fine-tune and register, once for each job; errors are LonghandError."""
    work = places.tunings / f"{request.model}-{request.dataset}"
    with closing(Registry(places.mlflow)) as registry, alone(work, lambda: child.report_progress({"stage": "waits"})):
        if (made := _find(registry, request.model, job)) is None:
            made = _make(registry, request, places, work, job)
        shutil.rmtree(work)  # people's pictures lie there
    tags = made.tags
    return Outcome(
        model=made.name,
        version=made.version,
        started_from=tags[STARTED_FROM],
        dataset=tags["dataset_version"],
        corrections=int(tags["corrections"]),
        replay=tags["replay"],
    )


def _find(registry: Registry, model: str, job: str) -> ModelVersion | None:
    """The version that an earlier attempt at the job has registered."""
    return next((one for one in registry.versions(model) if job and one.tags.get(JOB) == job), None)


def _make(registry: Registry, request: FineTuneRequest, places: Places, work: Path, job: str) -> ModelVersion:
    start = find_full(registry, request.model)
    begun = registry.download(request.model, start.version, work / "start", whole=True)
    corrections = _fetch(request, places)
    given = {"model": request.model, "start": begun, "corrections": corrections, "target": work}
    steps = {"steps": request.steps} if request.steps else {}
    run(places.source, {**given, **steps}, describe_commit(places.source))
    return _register(registry, request, work, start, job)


def _fetch(request: FineTuneRequest, places: Places) -> Path:
    try:
        return Versions(Files(places.store)).fetch(request.dataset, places.tunings.parent / "datasets").resolve()
    except VersionWithdrawn:
        raise
    except UnknownSample as error:
        raise UnknownDataset(error.sentence) from error


def _register(registry: Registry, request: FineTuneRequest, work: Path, start: ModelVersion, job: str) -> ModelVersion:
    receipt = _read_receipt(work)
    tags = {
        KIND: FINE_TUNE,
        "origin": "corrections",
        "dataset_version": request.dataset,
        "corrections": str(receipt["corrections"]),
        STARTED_FROM: f"{start.name}/{start.version}",
        "replay": str(receipt["replay"]),
        JOB: job,
    }
    metrics = receipt["metrics"]
    assert isinstance(metrics, dict)
    version = registry.register(
        request.model,
        work / "bundle",
        {str(key): float(value) for key, value in metrics.items()},
        {key: value for key, value in receipt.items() if key != "metrics"},
        tags,
        [work / "receipt.json"],
        description=_describe(request, tags),
    )
    return registry.version(request.model, version)


def _read_receipt(work: Path) -> Mapping[str, object]:
    try:
        receipt: Mapping[str, object] = json.loads((work / "receipt.json").read_bytes())
    except (OSError, ValueError) as error:
        raise PipelineFailed(f"The fine-tune ended without its receipt: {error}.") from error
    return receipt


def _describe(request: FineTuneRequest, tags: Mapping[str, str]) -> Description:
    by, job = os.environ.get("LONGHAND_JOB_BY", ""), tags[JOB]
    return Description(
        name=f"{request.model}, corrections {request.dataset[:8]}",
        by=by,
        job=job,
        text=f"The version {tags[STARTED_FROM]}, fine-tuned on {tags['corrections']} corrections"
        f" ({request.dataset[:12]}) with pictures of before ({tags['replay']}).",
        datasets=[Dataset("corrections", request.dataset, "the journal")],
    )


def main() -> None:
    """Do the job that the environment names."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("source", "tunings"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    for name in ("store", "mlflow"):
        parser.add_argument(f"--{name}", required=True)
    places = Places(**vars(parser.parse_args()))
    request = FineTuneRequest.model_validate(child.read_arguments())
    heed_stop()
    try:
        outcome = tune(request, places, os.environ.get("LONGHAND_JOB", ""))
    except LonghandError as error:
        child.fail(error.code, error.sentence)
    except Stopped:
        sys.exit(STOPPED)
    child.write_result(outcome)


if __name__ == "__main__":
    main()
