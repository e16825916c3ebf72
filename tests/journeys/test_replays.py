"""Real pictures are read while models change, and read again afterwards by the versions that read them."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from longhand.contracts.readings import Reading
from longhand.contracts.replays import compare
from longhand.datasets.catalogue import load as load_set
from longhand.inference import load
from services.prediction.app import create_app
from services.prediction.settings import PredictionSettings
from tests.prediction.fakes import FolderRegistry
from tests.real import data_sets
from tests.service import Client, calling, make_var

BUNDLE = Path(__file__).parents[2] / "bundles" / "text-fast"


def change(version: int, folder: Path) -> Path:
    """A version that reads otherwise than the others: less of the language, and another confidence."""
    shutil.copytree(BUNDLE, folder)
    card = json.loads((folder / "card.json").read_text())
    card["language_weight"] *= 1 - version / 20
    card["confidence_offset"] += version / 10
    (folder / "card.json").write_text(json.dumps(card))
    return folder


async def serve(client: Client, registry: FolderRegistry, version: int) -> None:
    """Makes a version the champion, and waits until it serves."""
    registry.deploy("text", version)
    async with asyncio.timeout(120):
        while True:
            items = (await client.get("/models")).json()["items"]
            if items and items[0]["champion"] == version:
                return
            await asyncio.sleep(0.05)


async def ask(client: Client, path: str, picture: bytes, **fields: str) -> Reading:
    answer = await client.post(path, files={"file": picture}, data={"id": "r", "task": "text", **fields})
    return Reading.model_validate_json(answer.raise_for_status().content)


async def differences(tmp_path: Path, versions: int, each: int) -> list[str]:
    """What differs when `each` pictures read by each of the versions are read again after all of them have served."""
    samples = [one for one in load_set("dhsd", data_sets()) if one.split == "validation"][: versions * each]
    registry = FolderRegistry()
    for version in range(1, versions + 1):
        registry.add("text", version, change(version, tmp_path / f"version-{version}"))
    settings = PredictionSettings(var=make_var(tmp_path), poll_seconds=0.05, threads=1)
    found: list[str] = []
    async with calling(create_app(settings, registry=registry, load=load), tmp_path, "prediction") as client:
        read: list[tuple[bytes, Reading]] = []
        for place, sample in enumerate(samples):
            if place % each == 0:
                await serve(client, registry, 1 + place // each)
            read.append((sample.read(), await ask(client, "/read", sample.read())))
        assert {before.model.version for _, before in read} == set(range(1, versions + 1))
        for picture, before in read:
            now = await ask(client, "/replay", picture, model="text", version=str(before.model.version))
            assert now.model == before.model
            found += [f"{one.field}: {one.before} → {one.now}" for one in compare(before, now).differences]
    return found


async def test_readings_are_read_again_alike_after_a_model_change(tmp_path: Path) -> None:
    assert await differences(tmp_path, versions=2, each=2) == []


@pytest.mark.prove
async def test_100_readings_are_read_again_alike_after_10_model_changes(tmp_path: Path) -> None:
    assert await differences(tmp_path, versions=11, each=10) == []
