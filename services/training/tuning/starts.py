"""From which version a fine-tune starts."""

from collections.abc import Iterator
from typing import Protocol

from longhand.contracts.models import Deployment, ModelVersion
from services.training.errors import UnknownStart

KIND = "kind"
"""The tag that says how a version was trained."""

FULL, FINE_TUNE = "full", "fine-tune"
STARTED_FROM, TAUGHT_BY = "started_from", "taught_by"
"""The tags that name the version whose weights a training began with, and the one that taught it."""

DATASETS = "datasets"
"""The tag that names the frozen dataset versions that a training was given beside its recipe's sets."""


class Registry(Protocol):
    """Versions, and the deployment record."""

    def deployment(self, name: str) -> Deployment | None: ...

    def versions(self, name: str, deployment: Deployment | None = None) -> list[ModelVersion]: ...


def find_full(registry: Registry, model: str) -> ModelVersion:
    """The last full version that served everybody: a fine-tune never starts from another one.

    So no fine-tune hands on what was learned from corrections that have been withdrawn since, nor does it start from a
    version that was withdrawn. A version without the tag `kind` is a full one. Raises UnknownStart where there is
    none, and RegistryUnavailable.
    """
    deployment = registry.deployment(model)
    known = {version.version: version for version in registry.versions(model, deployment)}
    gone = deployment.withdrawn if deployment else ()
    for number in _list_served(deployment, known):
        if number in known and number not in gone and known[number].tags.get(KIND, FULL) == FULL:
            return known[number]
    raise UnknownStart(f"No full version of {model} has served yet, so no training can begin with one: promote one.")


def _list_served(deployment: Deployment | None, known: dict[int, ModelVersion]) -> Iterator[int]:
    """Champions, the last one first; then what these were fine-tuned from, as a record keeps only so many of them."""
    served = [deployment.champion, *reversed(deployment.previous)] if deployment else []
    yield from served
    for number in served:
        origin = known[number].tags.get(STARTED_FROM, "") if number in known else ""
        if origin:
            yield int(origin.rpartition("/")[2])
