"""Prediction forgets a person."""

import asyncio
from pathlib import Path

from longhand.contracts.accounts import Role
from services.prediction.app import create_app
from services.prediction.settings import PredictionSettings
from tests.prediction.fakes import FakeRegistry, load
from tests.prediction.test_adapters import build
from tests.service import calling, make_var


async def test_it_is_done_once_nothing_is_the_person_s_any_more(tmp_path: Path) -> None:
    registry = FakeRegistry()
    registry.add("text", 1)
    registry.deploy("text", 1)
    registry.assign("text", "ann", 1, build())
    settings = PredictionSettings(var=make_var(tmp_path), poll_seconds=0.02)
    adapters = settings.bundles / "text" / "adapters"
    async with calling(create_app(settings, registry=registry, load=load), tmp_path, "prediction") as client:
        while not (adapters.is_dir() and list(adapters.iterdir())):
            await asyncio.sleep(0.01)
        client.be("longhand", Role.ADMIN)
        waiting = await client.put("/erasures/era-1", json={"name": "ann"})
        assert (waiting.status_code, waiting.headers["retry-after"]) == (503, "2")
        registry.assign("text", "ann", None)
        while not (await client.put("/erasures/era-1", json={"name": "ann"})).is_success:
            await asyncio.sleep(0.01)
        assert list(adapters.iterdir()) == []
        assert (await client.be("ann", Role.USER).put("/erasures/era-1", json={"name": "ann"})).status_code == 403
