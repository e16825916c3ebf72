"""Jobs over HTTP: listed, shown, followed while they run, cancelled."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from longhand.contracts.accounts import Role
from longhand.servicekit.app import create_service
from longhand.servicekit.jobs.collector import JobsCollector
from longhand.servicekit.jobs.routes import jobs_router
from longhand.servicekit.metrics import Metrics
from longhand.servicekit.settings import JobSettings
from longhand.servicekit.tokens import require_gateway


@pytest.fixture
def app(keys, store, tmp_path: Path) -> FastAPI:
    metrics = Metrics("training")
    names = {"longhand_training_epoch": "epoch", "longhand_training_loss": "loss"}
    metrics.registry.register(JobsCollector(store, names, kinds=["train"]))
    admin = require_gateway(keys.verifier, Role.ADMIN)
    return create_service(
        "training",
        JobSettings(var=tmp_path),
        routers=[jobs_router(store, tmp_path / "jobs", admin)],
        statuses={},
        metrics=metrics,
        checks={},
    )


@pytest.fixture
async def client(app, keys, calling) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(app) as client:
        client.headers.update(keys.bearer())
        yield client


def events(text: str) -> list[tuple[str, Any]]:
    """What a stream of server-sent events holds."""
    found = []
    for block in text.strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


async def test_jobs_are_for_admins(client, keys):
    for path in ("/jobs", "/jobs/x", "/jobs/x/log", "/jobs/x/events"):
        assert (await client.get(path, headers=keys.bearer(Role.REVIEWER))).status_code == 403
        assert (await client.get(path, headers={"Authorization": ""})).status_code == 401


async def test_jobs_are_listed_shown_and_cancelled(client, store):
    ids = [store.submit("train", {"n": number}, "ada").id for number in range(3)]
    page = (await client.get("/jobs?limit=2")).json()
    assert [job["id"] for job in page["items"]] == ids[:0:-1]
    assert (await client.get(f"/jobs?cursor={page['next']}")).json()["items"][0]["id"] == ids[0]
    assert (await client.get(f"/jobs/{ids[0]}")).json()["arguments"] == {"n": 0}
    assert (await client.post(f"/jobs/{ids[0]}/cancel")).json()["status"] == "cancelled"


async def test_an_unknown_job_is_not_found(client):
    for method, path in (("GET", ""), ("GET", "/log"), ("GET", "/events"), ("POST", "/cancel")):
        response = await client.request(method, f"/jobs/trn-0{path}")
        assert (response.status_code, response.json()["code"]) == (404, "not_found")


async def test_a_log_is_text_and_empty_before_the_job_begins(client, store, tmp_path: Path):
    job = store.submit("train", {}, "ada")
    assert (await client.get(f"/jobs/{job.id}/log")).text == ""
    (tmp_path / "jobs" / job.id).mkdir(parents=True)
    (tmp_path / "jobs" / job.id / "log").write_text("épochs\n" * 20_000)
    response = await client.get(f"/jobs/{job.id}/log")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.text == "épochs\n" * 20_000


async def test_a_job_is_followed_to_its_end(client, store, tmp_path: Path):
    job = store.submit("train", {}, "ada")
    log = tmp_path / "jobs" / job.id / "log"
    log.parent.mkdir(parents=True)

    async def run() -> None:
        await asyncio.sleep(0.6)
        store.claim(job.id, "w", 15)
        log.write_text("epoch 1\nepo")
        store.heartbeat(job.id, "w", {"epoch": 1})
        await asyncio.sleep(1.2)
        log.write_text("epoch 1\nepoch 2")
        store.succeed(job.id, "w", {"version": 3})

    running = asyncio.create_task(run())
    response = await client.get(f"/jobs/{job.id}/events")
    await running
    assert response.headers["content-type"].startswith("text/event-stream")
    told = events(response.text)
    assert [data["status"] for name, data in told if name == "state"] == ["queued", "running", "succeeded"]
    assert [data for name, data in told if name == "progress"] == [{"epoch": 1}]
    assert [data["text"] for name, data in told if name == "log"] == ["epoch 1\n", "epoch 2"]
    assert told[-1][0] == "end" and told[-1][1]["result"] == {"version": 3}


async def test_following_goes_on_where_it_broke_off(client, store, tmp_path: Path):
    job = store.submit("train", {}, "ada")
    folder = tmp_path / "jobs" / job.id
    folder.mkdir(parents=True)
    (folder / "log").write_text("one\ntwo\n" + "x" * 100_000)
    store.cancel(job.id)
    response = await client.get(f"/jobs/{job.id}/events", headers={"Last-Event-ID": "4"})
    text = "".join(data["text"] for name, data in events(response.text) if name == "log")
    assert text == "two\n" + "x" * 100_000


async def test_following_ends_when_the_service_drains(app, client, store):
    job = store.submit("train", {}, "ada")
    following = asyncio.create_task(client.get(f"/jobs/{job.id}/events"))
    await asyncio.sleep(0.3)
    app.state.draining = True
    told = events((await asyncio.wait_for(following, 5)).text)
    assert [name for name, _ in told] == ["state"]


async def test_the_table_is_measured(client, store):
    text = (await client.get("/metrics")).text
    assert 'longhand_jobs{kind="train",status="failed"} 0.0' in text
    assert "longhand_job_queue_age_seconds 0.0" in text and "longhand_training_epoch" not in text
    first = store.submit("train", {"n": 1}, "ada")
    store.claim(first.id, "w", 15)
    store.heartbeat(first.id, "w", {"epoch": 4, "loss": 0.25})
    store.submit("train", {"n": 2}, "ada")
    text = (await client.get("/metrics")).text
    assert 'longhand_jobs{kind="train",status="running"} 1.0' in text
    assert 'longhand_jobs{kind="train",status="queued"} 1.0' in text
    assert "longhand_training_epoch 4.0" in text and "longhand_training_loss 0.25" in text


async def test_metrics_answer_while_the_table_is_away(client, store):
    with store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE jobs RENAME TO gone")
    response = await client.get("/metrics")
    assert response.status_code == 200 and "longhand_jobs" not in response.text
