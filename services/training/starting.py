"""A registered version to begin a training with, or to learn from."""

from pathlib import Path
from typing import Protocol

from longhand.bundles.errors import BundleError
from longhand.bundles.files import WEIGHTS, digest
from longhand.contracts.models import ModelVersion
from longhand.recipes.parameters import ModelRecipe, Start, Teacher
from longhand.registry.errors import NotRegistered
from longhand.registry.registry import SHA256, Registry
from services.training.errors import UnknownStart
from services.training.recipes import Section
from services.training.tuning.starts import Registry as Served
from services.training.tuning.starts import find_full


class Known(Served, Protocol):
    """Versions, one by one and all of a model, and the deployment record."""

    def version(self, name: str, version: int) -> ModelVersion: ...


def find_start(registry: Known, model: str, asked: str | None, recipe: ModelRecipe) -> ModelVersion | None:
    """The registered version that a training begins with, `<model>/<version>` where one is asked for.

    A recipe may begin with a version too, which it knows by its weights, as another registry may count otherwise. Where
    this one does not have it, the training begins with the last full version that served. None where neither begins
    with a version. Raises UnknownStart where there is none, or where it is of another model or another kind of network;
    RegistryUnavailable.
    """
    if asked is not None:
        start = _find_asked(registry, model, asked)
    elif isinstance(recipe.pretrain, Start):
        start = _find_weights(registry, model, recipe.pretrain.sha256) or find_full(registry, model)
    else:
        return None
    _check_shape(start, recipe)
    return start


def find_teacher(registry: Known, teacher: Teacher) -> ModelVersion:
    """The registered version with the weights of the one that a recipe names; UnknownStart where there is none."""
    if found := _find_weights(registry, teacher.model, teacher.sha256):
        return found
    raise UnknownStart(
        f"The version of {teacher.model} that is to teach is not registered here: its weights begin with"
        f" {teacher.sha256[:12]}."
    )


def describe(version: ModelVersion) -> Section:
    """What a recipe says of a version in place of `pretrain`; raises UnknownStart where it has no weights."""
    if not (sha256 := version.tags.get(SHA256 + WEIGHTS)):
        raise UnknownStart(f"{name_of(version)} was registered without {WEIGHTS}: nothing can begin with it.")
    return {"version": version.version, "sha256": sha256}


def name_of(version: ModelVersion) -> str:
    """`<model>/<version>`."""
    return f"{version.name}/{version.version}"


def _find_asked(registry: Known, model: str, name: str) -> ModelVersion:
    owner, _, number = name.partition("/")
    if owner != model:
        raise UnknownStart(f"{name} is no version of {model}. Begin with one of the model that is trained.")
    try:
        return registry.version(model, int(number))
    except NotRegistered as error:
        raise UnknownStart(f"{error} Begin with one that is registered.") from error


def _find_weights(registry: Known, model: str, sha256: str) -> ModelVersion | None:
    """The newest version with these weights that was not withdrawn."""
    deployment = registry.deployment(model)
    gone = deployment.withdrawn if deployment else ()
    having = (one for one in registry.versions(model, deployment) if one.tags.get(SHA256 + WEIGHTS) == sha256)
    return next((one for one in having if one.version not in gone), None)


def _check_shape(start: ModelVersion, recipe: ModelRecipe) -> None:
    """What a network has learned of pictures that were prepared otherwise is of no use, though its weights fit."""
    known, wanted = start.card.get("network"), recipe.shape
    other = list[str]()
    if isinstance(known, dict) and known:
        other = [f"{key} {known.get(key)}, not {value}" for key, value in wanted.items() if known.get(key) != value]
    prepared = start.card.get("preprocessing", recipe.preprocessing)
    if other:
        what, change = f"network of {name_of(start)} has another shape: {', '.join(other)}", "network.*"
    elif prepared != recipe.preprocessing:
        what, change = (
            f"pictures of {name_of(start)} were prepared by {prepared}, not {recipe.preprocessing}",
            "preprocessing",
        )
    else:
        return
    raise UnknownStart(f"The {what}. Change {change} or begin elsewhere.")


def fetch_version(registry: Registry, version: ModelVersion, workspace: Path) -> None:
    """Put the bundle of a version where the pipeline looks for it; raises UnknownStart where it cannot be fetched."""
    sha256 = str(describe(version)["sha256"])
    folder = workspace / "var" / "start" / sha256
    if (folder / WEIGHTS).is_file() and digest(folder / WEIGHTS) == sha256:
        return
    try:
        registry.download(version.name, version.version, folder, whole=True)
    except (NotRegistered, BundleError) as error:
        raise UnknownStart(f"{name_of(version)} cannot be fetched. {error}") from error
