"""The models over HTTP: shipped, promoted, rolled back."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from longhand.contracts.models import Deployment
from longhand.registry.errors import RegistryUnavailable
from longhand.registry.registry import Registry
from longhand.servicekit.state import migrate, open_engine
from services.training.app import create_app
from services.training.deployment.deployer import Deployer
from services.training.deployment.shipping import ship
from services.training.settings import TrainingSettings
from services.training.worker import schedules
from tests.ports import free_port
from tests.service import Client, calling, make_var
from tests.training.checkout import make_bundle


@asynccontextmanager
async def relay(port: int, url: str) -> AsyncIterator[None]:
    """A port that leads to another address: a server that was away is there."""

    calls: set[asyncio.Task[None]] = set()

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while block := await reader.read(65_536):
                writer.write(block)
        finally:
            writer.close()
            await writer.wait_closed()

    async def join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
        calls.update(asyncio.create_task(pump(*ends)) for ends in [(reader, back), (there, writer)])

    server = await asyncio.start_server(join, "127.0.0.1", port)
    yield
    server.close()
    for call in calls:
        call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)


@pytest.fixture
async def shipped(settings: TrainingSettings) -> AsyncIterator[Client]:
    """A service whose checkout ships one good bundle and one that is broken."""
    make_bundle(settings.source / "bundles" / "text")
    lock = settings.source / "pipelines" / "full" / "dvc.lock"
    lock.parent.mkdir(parents=True)
    lock.write_text("stages: {train@text: {params: {params.yaml: {text.fit: {epochs: 3}, text.seed: 7}}}}")
    make_bundle(settings.source / "bundles" / "broken")
    (settings.source / "bundles" / "broken" / "model.onnx").unlink()
    async with calling(create_app(settings), settings.var, "training") as client:
        deadline = time.monotonic() + 60
        while (await client.get("/models/text")).json().get("deployment") is None and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        yield client


async def test_a_shipped_bundle_is_registered_and_serves(shipped: Client, registry: Registry) -> None:
    model = (await shipped.get("/models/text")).json()
    (version,) = [one for one in model["versions"] if one["champion"]]
    assert version["version"] == model["deployment"]["champion"]
    assert (await shipped.get(f"/models/text/{version['version']}")).json() == version
    assert version["tags"]["origin"] == "shipped" and version["tags"]["dataset_version"] == "d1"
    assert version["metrics"] == {"cer": 0.05}
    run = registry._rest.get("runs/get", run_id=version["run_id"])["run"]
    assert {p["key"]: p["value"] for p in run["data"]["params"]} == {"fit.epochs": "3", "seed": "7"}
    assert run["info"]["run_name"].startswith("text as shipped")
    names = [one["name"] for one in (await shipped.get("/models")).json()["items"]]
    assert names == registry.names() and "text" in names and "broken" not in names


async def test_promotion_and_roll_back_write_the_next_record(
    shipped: Client, registry: Registry, tmp_path: Path
) -> None:
    bundles = [make_bundle(tmp_path / content, content) for content in ("second", "third")]
    second, third = [registry.register("text", bundle, {}, {}, {}) for bundle in bundles]
    start = registry.deployment("text")
    assert start is not None
    first = start.champion

    async def promote(version: int) -> tuple[int, int]:
        record = (await shipped.post("/models/text/promote", json={"version": version, "reason": "A test."})).json()
        return record["epoch"] - start.epoch, record["champion"]

    async def roll_back() -> tuple[int, int]:
        record = (await shipped.post("/models/text/rollback")).json()
        return record["epoch"] - start.epoch, record["champion"]

    assert [await promote(second), await promote(third), await promote(third)] == [(1, second), (2, third), (2, third)]
    assert [await roll_back(), await roll_back()] == [(3, second), (4, first)]
    answer = await shipped.post("/models/text/rollback")
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_before")


async def test_what_is_not_there_is_not_found(shipped: Client) -> None:
    assert (await shipped.get("/models/speech")).status_code == 404
    assert (await shipped.get("/models/text/99")).status_code == 404
    answer = await shipped.post("/models/text/promote", json={"version": 99})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_registered")
    assert (await shipped.get("/models/it's")).status_code == 422


@pytest.mark.parametrize("version", [2**31, 2**63, 10**30, 0, -1, 1.5, "two"])
async def test_a_version_that_no_registry_can_have_is_refused(shipped: Client, version: object) -> None:
    answer = await shipped.post("/models/text/promote", json={"version": version})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert (await shipped.get(f"/models/text/{version}")).status_code == 422


async def test_a_roll_back_that_is_sent_again_happens_once(shipped: Client, registry: Registry, tmp_path: Path) -> None:
    bundles = [make_bundle(tmp_path / content, content) for content in ("fourth", "fifth")]
    for version in [registry.register("text", bundle, {}, {}, {}) for bundle in bundles]:
        await shipped.post("/models/text/promote", json={"version": version, "reason": "A test."})
    answers = [await shipped.post("/models/text/rollback", headers={"Idempotency-Key": "k1"}) for _ in range(3)]
    assert len({answer.text for answer in answers}) == 1
    change = answers[0].json()
    assert change["replaced"] == version and change["champion"] == change["replaced"] - 1
    again = await shipped.post("/models/text/promote", json={"version": 1}, headers={"Idempotency-Key": "k1"})
    assert (again.status_code, again.json()["code"]) == (409, "idempotency_key_reused")


async def test_a_person_can_have_a_version_of_their_own(shipped: Client, registry: Registry) -> None:
    answer = await shipped.put("/models/text/personal/ann", json={"version": 1})
    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    assert (await shipped.get("/models/text/personal")).json()["items"] == [answer.json()]
    assert registry.standing("text").cursor == answer.json()["number"]
    assert registry.personal("text", 0).versions["ann"] == 1
    assert (await shipped.put("/models/text/personal/ann", json={"version": 99})).status_code == 404
    assert (await shipped.put("/models/text/personal/ann", json={"version": None})).status_code == 200
    (asked,) = [one for one in (await shipped.get("/jobs")).json()["items"] if one["kind"] == "adapt"]
    assert asked["arguments"] == {"task": "text", "user": "ann"}, "what they have corrected is learned from again"
    assert (await shipped.get("/models/text/personal")).json()["items"] == []


async def test_a_registry_that_is_away_is_said_to_be_and_shipping_waits_for_it(tmp_path: Path, own_mlflow: str) -> None:
    port = free_port()
    settings = TrainingSettings(
        var=make_var(tmp_path / "var"), source=tmp_path, mlflow_url=f"http://127.0.0.1:{port}", schedule=""
    )
    make_bundle(tmp_path / "bundles" / "late")
    async with calling(create_app(settings), settings.var, "training") as client:
        answer = await client.get("/models")
        assert (answer.status_code, answer.json()["code"]) == (503, "registry_unavailable")
        assert (await client.get("/readyz")).status_code == 200

    engine = open_engine(f"sqlite:///{tmp_path / 'state.db'}")
    migrate(engine, "services.training")
    with closing(Registry(settings.mlflow_url, timeout=5)) as registry:
        shipping = asyncio.create_task(ship(tmp_path / "bundles", registry, Deployer(engine, registry), pause_s=0.1))
        await asyncio.sleep(0.3)
        assert not shipping.done()
        with pytest.raises(RegistryUnavailable):
            registry.names()
        async with relay(port, own_mlflow):
            await asyncio.wait_for(shipping, 30)
            assert await asyncio.to_thread(registry.deployment, "late") == Deployment(epoch=1, champion=1)
    engine.dispose()


def test_a_schedule_trains_the_models_of_its_recipe(tmp_path: Path) -> None:
    settings = TrainingSettings(var=tmp_path, schedule="30 2 * * 0", schedule_recipe="full")
    found = schedules(settings)
    assert [(one.name, one.kind, one.arguments["recipe"]) for one in found] == [
        ("train-characters", "train", "full"),
        ("train-text", "train", "full"),
        ("train-text-fast", "train", "full"),
    ]
    with pytest.raises(ValueError, match="crontab"):
        schedules(TrainingSettings(var=tmp_path, schedule="sometimes"))
