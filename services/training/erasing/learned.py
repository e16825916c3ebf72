"""Which versions of models have learned from given dataset versions, directly or by what they began with."""

from collections.abc import Collection, Sequence
from typing import Protocol

from longhand.contracts.jobs import FineTuneRequest, Job, TrainRequest
from longhand.contracts.models import ModelVersion
from services.training.erasing.withdrawals import Learned
from services.training.tuning.starts import DATASETS, STARTED_FROM, TAUGHT_BY

DATASET = "dataset_version"
"""The tag that names the dataset version which a version has learned from."""


class Registered(Protocol):
    """The versions of all models."""

    def names(self) -> list[str]: ...

    def versions(self, name: str) -> list[ModelVersion]: ...


def list_datasets(job: Job) -> list[str]:
    """The dataset versions that a training or a fine-tune was given."""
    if job.kind == "train":
        return TrainRequest.model_validate(job.arguments).datasets
    return [FineTuneRequest.model_validate(job.arguments).dataset] if job.kind == "fine-tune" else []


def datasets_of(version: ModelVersion) -> set[str]:
    """The dataset versions that a version has learned from, as its tags say."""
    return {version.tags.get(DATASET, ""), *version.tags.get(DATASETS, "").split()}


def made_by(job: Job) -> Learned | None:
    """The version that came of a job."""
    model, version = (job.result or {}).get("model"), (job.result or {}).get("version")
    return (model, version) if isinstance(model, str) and isinstance(version, int) else None


def find_learned(registry: Registered, jobs: Collection[Job], datasets: Collection[str]) -> list[Learned]:
    """The versions that learned from one of the datasets, as the registry or the jobs say, and all that began with or
    were taught by one of these; RegistryUnavailable."""
    trained = {made_by(job) for job in jobs if set(list_datasets(job)) & set(datasets)}
    starts = {made_by(job): start_of(job) for job in jobs}
    known: Sequence[ModelVersion] = [one for name in registry.names() for one in registry.versions(name)]
    found = {_key(one) for one in known if datasets_of(one) & set(datasets) or _key(one) in trained}
    while more := {_key(one) for one in known if {*parents_of(one), starts.get(_key(one))} & found} - found:
        found |= more
    return sorted(found)


def start_of(job: Job) -> Learned | None:
    """The version that a training was told to begin with."""
    started = TrainRequest.model_validate(job.arguments).start_from if job.kind == "train" else None
    return parse(started or "")


def parents_of(version: ModelVersion) -> set[Learned]:
    """The versions that another one began with or was taught by, as its tags say."""
    return {one for tag in (STARTED_FROM, TAUGHT_BY) if (one := parse(version.tags.get(tag, "")))}


def _key(version: ModelVersion) -> Learned:
    return version.name, version.version


def parse(text: str) -> Learned | None:
    """The version that `<model>/<version>` names; none where it names none."""
    name, _, number = text.rpartition("/")
    return (name, int(number)) if name and number.isdigit() else None
