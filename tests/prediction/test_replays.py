"""Versions that no longer serve read again what they have read."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from longhand.registry.errors import NotRegistered, RegistryUnavailable
from services.prediction.app import create_app
from services.prediction.settings import PredictionSettings
from tests.prediction.fakes import FakeRegistry, load
from tests.prediction.pictures import word
from tests.service import Client, calling, make_var


class Shelf(FakeRegistry):
    """A registry that says as the real one does what it does not have."""

    def download(self, name: str, version: int, to: Path) -> Path:
        if self.away:
            raise RegistryUnavailable("The MLflow server is away.")
        if (name, version) not in self.cards:
            raise NotRegistered(f"There is no version {version} of a model {name}.")
        return super().download(name, version, to)


@pytest.fixture
def shelf() -> Shelf:
    """Nine versions, of which the last serves."""
    shelf = Shelf()
    for version in range(1, 10):
        shelf.add("text", version)
    shelf.deploy("text", 9)
    return shelf


@pytest.fixture
async def client(shelf: Shelf, tmp_path: Path) -> AsyncIterator[Client]:
    settings = PredictionSettings(var=make_var(tmp_path), poll_seconds=0.02)
    async with calling(create_app(settings, registry=shelf, load=load), tmp_path, "prediction") as client:
        while not (await client.get("/readyz")).is_success:
            await asyncio.sleep(0.01)
        yield client


async def replay(client: Client, version: int, **fields: Any) -> httpx.Response:
    form = {"id": "r-1", "model": "text", "version": version, "task": "text", **fields}
    return await client.post("/replay", files={"file": word()}, data=form)


async def test_the_version_that_is_named_reads_and_is_fetched_once(client: Client, shelf: Shelf) -> None:
    answers = await asyncio.gather(*(replay(client, version) for version in (3, 9, 3)))
    assert [one.json()["text"] for one in answers] == ["text-3", "text-9", "text-3"]
    assert answers[0].json()["model"] == {"name": "text", "version": 3}
    assert shelf.downloads == [("text", 9), ("text", 3)]


async def test_few_versions_stay_beside_those_that_serve(client: Client, shelf: Shelf, tmp_path: Path) -> None:
    for version in (1, 2, 1, 3, 1, 2):
        assert (await replay(client, version)).json()["text"] == f"text-{version}"
    assert [version for _, version in shelf.downloads] == [9, 1, 2, 3, 2]
    kept = {path.name for path in (tmp_path / "prediction" / "bundles" / "text").iterdir() if path.name.isdigit()}
    assert kept == {"9", "1", "2"}


async def test_more_versions_than_there_is_room_for_are_not_fetched_at_once(client: Client) -> None:
    answers = await asyncio.gather(*(replay(client, version) for version in range(1, 7)))
    assert sorted(one.status_code for one in answers) == [200, 200, 503, 503, 503, 503]


async def test_a_version_that_is_gone_is_said_to_be(client: Client, shelf: Shelf) -> None:
    gone = await replay(client, 12)
    assert (gone.status_code, gone.json()["code"]) == (410, "version_gone")
    shelf.away = True
    away = await replay(client, 5)
    assert (away.status_code, away.json()["code"]) == (503, "registry_unavailable")
    assert (await replay(client, 9)).json()["text"] == "text-9"


async def test_a_version_that_learned_from_erased_data_reads_nothing_again(
    client: Client, shelf: Shelf, tmp_path: Path
) -> None:
    assert (await replay(client, 3)).is_success
    shelf.deploy("text", 8, previous=[9], withdrawn=[3, 9])
    async with asyncio.timeout(20):
        while (refused := await replay(client, 3)).is_success:
            await asyncio.sleep(0.01)
    assert (refused.status_code, refused.json()["code"]) == (410, "learned_from_erased")
    assert "had learned from data that a person has had erased" in refused.json()["detail"]
    assert (await replay(client, 9)).status_code == 410
    assert (await replay(client, 5)).json()["text"] == "text-5"
    folder = tmp_path / "prediction" / "bundles" / "text"
    lying = {path.name for path in folder.iterdir() if path.name.isdigit()}
    assert {"8"} <= lying <= {"8", "5"}  # a round that clears the disk may come after 5 was read


async def test_it_reads_on_the_terms_that_are_named(client: Client) -> None:
    refused = await replay(client, 3, charset="uppercase")
    assert refused.json()["code"] == "unknown_charset"
    unknown = await replay(client, 3, lexicon="a" * 64)
    assert (unknown.status_code, unknown.json()["code"]) == (409, "lexicon_unknown")


async def test_what_is_read_again_is_counted_apart(client: Client) -> None:
    await replay(client, 3)
    measured = (await client.get("/metrics")).text
    assert 'longhand_replays_total{model="text"} 1.0' in measured
    assert "longhand_readings_total{" not in measured
