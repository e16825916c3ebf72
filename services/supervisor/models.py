"""Whether pictures are read: prediction is ready with its first model, and the others come in one after the other."""

import asyncio
import re
import time
from pathlib import Path

import httpx

from longhand.bundles.files import is_bundle
from longhand.tasks import TASKS, Effort
from services.supervisor.settings import SupervisorSettings

POLL = 0.1
LOADED = re.compile(r'^longhand_model_version\{model="([^"]+)"\}', re.MULTILINE)


async def await_models(settings: SupervisorSettings, deadline: float) -> list[str]:
    """Wait until every model that is shipped and needed has been loaded; those that have not by the deadline.

    Prediction's metrics say so to anybody on this machine; its routes want a token, and there may be no account here.
    """
    missing = needed(settings.training_source)
    async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
        while (missing := missing - await _loaded(client, settings.prediction_metrics)) and time.monotonic() < deadline:
            await asyncio.sleep(POLL)
    return sorted(missing)


def needed(source: Path) -> set[str]:
    """The models that a checkout ships and that nothing stands in for, as the best does for a quick one."""
    best = (task.model for task in TASKS.values() if task.effort is Effort.BEST)
    return {model for model in best if is_bundle(source / "bundles" / model)}


async def _loaded(client: httpx.AsyncClient, url: str) -> set[str]:
    try:
        return set(LOADED.findall((await client.get(url)).text))
    except httpx.TransportError:
        return set()
