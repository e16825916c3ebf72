"""The bundles that come with the checkout: registered, deployed where a model has no version that serves."""

import asyncio
import logging
from pathlib import Path
from typing import Any

from longhand.bundles.card import read_values
from longhand.bundles.files import CARD
from longhand.errors import LonghandError
from longhand.registry.errors import RegistryUnavailable
from longhand.registry.registry import Registry
from services.training.deployment.deployer import Deployer

log = logging.getLogger(__name__)


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
    card = read_values(bundle)
    tags = {"origin": "shipped", **{key: str(card[key]) for key in ("dataset_version", "commit") if card.get(key)}}
    version = registry.register(bundle.name, bundle, _numbers(card.get("metrics")), {}, tags)
    deployer.ensure(bundle.name, version)
    log.info("The bundle %s is version %s.", bundle.name, version)
    return version


def _numbers(metrics: Any) -> dict[str, float]:
    """Those of a card's metrics that are numbers."""
    found = metrics.items() if isinstance(metrics, dict) else ()
    return {str(key): float(value) for key, value in found if isinstance(value, int | float)}
