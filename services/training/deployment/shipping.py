"""The bundles that come with the checkout: registered, deployed where a model has no version that serves."""

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path

import yaml

from longhand.bundles.card import read_values
from longhand.bundles.files import CARD
from longhand.errors import LonghandError
from longhand.registry.errors import RegistryUnavailable
from longhand.registry.registry import Registry
from longhand.registry.runs import Dataset, Description, flatten
from services.training.deployment.deployer import Deployer

log = logging.getLogger(__name__)
LOCK = Path("pipelines/full/dvc.lock")
KEPT = ("preprocessing", "height", "temperature", "threshold", "language_weight", "language_bonus", "opset", "device")
"""What of a card is kept as parameters of the run."""
MODEL = """The model `{name}` of Longhand. The version with the alias `champion` answers everybody; the tag `deployment`
has the whole record. How well each version reads is among its metrics; its card says how it is to be run."""


async def ship(bundles: Path, registry: Registry, deployer: Deployer, pause_s: float = 1.0) -> None:
    """Ship every bundle below a folder, waiting for the registry for as long as it takes; a bad bundle is logged."""
    for bundle in sorted(path for path in bundles.glob("*") if (path / CARD).is_file()):
        while True:
            try:
                await asyncio.to_thread(ship_one, bundle, registry, deployer)
                break
            except RegistryUnavailable as error:
                log.info("The bundle %s waits for the registry: %s", bundle.name, error)
                await asyncio.sleep(pause_s)
            except LonghandError as error:
                log.error("The bundle %s is not shipped: %s", bundle.name, error)
                break
            except Exception:
                log.exception("The bundle %s is not shipped.", bundle.name)
                break


def ship_one(bundle: Path, registry: Registry, deployer: Deployer) -> int:
    """Register a bundle under its folder's name, and let it serve where no version does."""
    name, card = bundle.name, read_values(bundle)
    tags = {"origin": "shipped", **{key: str(card[key]) for key in ("dataset_version", "commit") if card.get(key)}}
    params = read_params(bundle.parent.parent / LOCK, name) | {f"card.{key}": card[key] for key in KEPT if key in card}
    version = registry.register(
        name, bundle, _numbers(card.get("metrics")), params, tags, description=_describe(name, card)
    )
    registry.describe(name, MODEL.format(name=name))
    deployer.ensure(name, version)
    log.info("The bundle %s is version %s.", name, version)
    return version


def read_params(lock: Path, name: str) -> dict[str, object]:
    """The parameters with which a shipped model was made, as dvc.lock has them, by dotted name; none without a lock."""
    if not lock.is_file():
        return {}
    stages = yaml.safe_load(lock.read_text(encoding="utf-8"))["stages"]
    files = [stage.get("params", {}) for stage_name, stage in stages.items() if stage_name.endswith(f"@{name}")]
    found = {key: value for file in files for params in file.values() for key, value in params.items()}
    return dict(flatten({key.removeprefix(f"{name}."): value for key, value in found.items()}))


def _describe(name: str, card: Mapping[str, object]) -> Description:
    made, commit, data = (str(card.get(key) or "unknown") for key in ("created", "commit", "dataset_version"))
    return Description(
        name=f"{name} as shipped, {made[:10]}",
        by="longhand",
        text=f"The bundle `{name}` that comes with the checkout. It was made on {made} from commit {commit}.",
        datasets=[Dataset(f"{name} of the recipe full", data, "pipelines/full")] if card.get("dataset_version") else [],
    )


def _numbers(metrics: object) -> dict[str, float]:
    """Those of a card's metrics that are numbers."""
    found = metrics.items() if isinstance(metrics, dict) else ()
    return {str(key): float(value) for key, value in found if isinstance(value, int | float)}
