"""A registered version to begin a training with, or to learn from."""

from pathlib import Path

from longhand.bundles.errors import BundleError
from longhand.bundles.files import WEIGHTS, digest
from longhand.recipes.parameters import ModelRecipe
from longhand.registry.errors import NotRegistered
from longhand.registry.registry import SHA256, Registry
from services.training.errors import UnknownStart
from services.training.recipes import Section


def find_start(registry: Registry, model: str, name: str, recipe: ModelRecipe) -> Section:
    """What a recipe says of the version `<model>/<version>` in place of `pretrain`.

    Raises UnknownStart where there is no such version, or where it is of another model or another kind of network;
    RegistryUnavailable.
    """
    owner, _, number = name.partition("/")
    if owner != model:
        raise UnknownStart(f"{name} is no version of {model}. Begin with one of the model that is trained.")
    try:
        version = registry.version(model, int(number))
    except NotRegistered as error:
        raise UnknownStart(f"{error} Begin with one that is registered.") from error
    if not (sha256 := version.tags.get(SHA256 + WEIGHTS)):
        raise UnknownStart(f"{name} was registered without {WEIGHTS}: nothing can begin with it.")
    known, wanted = version.card.get("network"), recipe.shape
    if (
        isinstance(known, dict)
        and known
        and (other := [key for key, value in wanted.items() if known.get(key) != value])
    ):
        values = ", ".join(f"{key} {known.get(key)}, not {wanted[key]}" for key in other)
        raise UnknownStart(f"The network of {name} has another shape: {values}. Change network.* or begin elsewhere.")
    return {"version": version.version, "sha256": sha256}


def fetch_start(registry: Registry, model: str, start: Section, workspace: Path) -> None:
    """Put the bundle to begin with, or that of a teacher, where the pipeline looks for it; raises UnknownStart where
    there is none."""
    sha256, version = str(start["sha256"]), start["version"]
    folder = workspace / "var" / "start" / sha256
    if (folder / WEIGHTS).is_file() and digest(folder / WEIGHTS) == sha256:
        return
    assert isinstance(version, int)
    try:
        registry.download(model, version, folder, whole=True)
    except (NotRegistered, BundleError) as error:
        raise UnknownStart(f"Version {version} of {model} cannot be fetched. {error}") from error
