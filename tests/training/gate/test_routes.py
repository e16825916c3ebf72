"""The gate over HTTP, by a worker that runs real jobs."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from longhand.contracts.accounts import Role
from longhand.registry.registry import Registry
from longhand.servicekit.jobs.working.worker import Worker
from longhand.servicekit.state import migrate, open_engine
from services.training.app import create_app
from services.training.settings import TrainingSettings
from tests.bundles import glyph_guesser
from tests.service import Client, calling


@pytest.fixture
async def serving(settings: TrainingSettings) -> AsyncIterator[Client]:
    """A service whose checkout ships a model of characters, which reads everything as q."""
    journal = open_engine(settings.journal_url)
    migrate(journal, "services.ingestion")
    journal.dispose()
    glyph_guesser(settings.source / "bundles" / "characters", "q")
    async with calling(create_app(settings), settings.var, "training") as client:
        deadline = time.monotonic() + 60
        while (await client.get("/models/characters")).status_code != 200 and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        yield client


async def test_a_version_is_refused_explained_and_promoted_for_a_reason_alone(
    serving: Client, worker: Worker, registry: Registry, tmp_path: Path
) -> None:
    version = registry.register("characters", glyph_guesser(tmp_path / "w", "w"), {}, {}, {})
    path = f"/models/characters/{version}/gate"
    assert (await serving.get(path)).json()["code"] == "not_decided"
    answer = await serving.post("/models/characters/promote", json={"version": version})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_passed") and path in answer.json()["detail"]

    job = (await serving.post(path)).json()
    meanwhile = (await serving.get(path)).json()
    assert meanwhile["code"] == "not_decided" and f"GET /jobs/{job['id']}" in meanwhile["detail"]
    deadline = time.monotonic() + 150
    while job["status"] in ("queued", "running") and time.monotonic() < deadline:
        await asyncio.sleep(0.2)
        job = (await serving.get(f"/jobs/{job['id']}")).json()
    assert (job["kind"], job["status"], job["error"]) == ("gate", "succeeded", None)
    assert job["result"]["passed"] is False

    record = (await serving.get(path)).json()
    assert record["passed"] is False and record["reasons"] and record["summary"] == job["result"]["summary"]
    assert record["gate_set"]["pictures"] > 200
    bins = record["reliability"]["challenger"]
    assert sum(one["pictures"] for one in bins) == record["gate_set"]["pictures"]
    shown = await serving.get(f"{path}/picture", params={"id": record["changed"][0]["id"]})
    assert (shown.headers["content-type"], shown.content[:4]) == ("image/png", b"\x89PNG")
    climbing = await serving.get(f"{path}/picture", params={"id": "../bundles/characters/card.json"})
    assert (climbing.status_code, climbing.json()["code"]) == (404, "not_named")
    serving.be("rita", Role.REVIEWER)
    assert (await serving.get(f"{path}/picture", params={"id": record["changed"][0]["id"]})).status_code == 403
    serving.be("ada", Role.ADMIN)
    tags = registry.version("characters", version).tags
    assert (tags["gate"], tags["gate.summary"]) == ("refused", record["summary"])
    refused = await serving.post("/models/characters/promote", json={"version": version})
    assert refused.status_code == 409 and "was refused by the gate" in refused.json()["detail"]
    body = {"version": version, "reason": "A demonstration."}
    assert (await serving.post("/models/characters/promote", json=body)).json()["champion"] == version
    assert (
        'longhand_gate_decisions_total{model="characters",outcome="refused"} 1.0'
        in (await serving.get("/metrics")).text
    )


async def test_what_cannot_be_decided_on_is_said_at_once(serving: Client) -> None:
    champion = (await serving.get("/models/characters")).json()["deployment"]["champion"]
    for path, status, code in (
        (f"/models/characters/{champion}/gate", 409, "already_serves"),
        ("/models/characters/999/gate", 404, "not_registered"),
        ("/models/speech/1/gate", 422, "invalid"),
    ):
        answer = await serving.post(path)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
