"""Jobs over HTTP: listed, shown, followed while they run, cancelled."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel

from longhand.contracts.accounts import Role
from longhand.servicekit.app import create_service
from longhand.servicekit.jobs.kinds import Kind, Kinds
from longhand.servicekit.jobs.log import JobLog
from longhand.servicekit.jobs.watching.collector import JobsCollector
from longhand.servicekit.jobs.watching.routes import jobs_router
from longhand.servicekit.metrics import Metrics
from longhand.servicekit.settings import JobSettings
from longhand.servicekit.tokens import require_gateway


class Arguments(BaseModel):
    """What a job of these tests is given."""

    n: int = 0


TRAIN = Kinds(Kind("train", "training", Arguments, lambda _: ["true"]))


@pytest.fixture
def log(engine) -> JobLog:
    return JobLog(engine)


@pytest.fixture
def app(keys, store, tmp_path: Path) -> FastAPI:
    metrics = Metrics("training")
    names = {"longhand_training_epoch": "epoch", "longhand_training_loss": "loss"}
    metrics.registry.register(JobsCollector(store, TRAIN, names))
    admin = require_gateway(keys.verifier, Role.ADMIN)
    return create_service(
        "training",
        JobSettings(var=tmp_path),
        routers=[jobs_router(store, TRAIN, admin)],
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


async def test_a_running_job_that_is_cancelled_says_so(client, store, leases):
    job = store.submit("train", {}, "ada")
    leases.claim(job.id, "w", 15)
    for answer in (await client.post(f"/jobs/{job.id}/cancel"), await client.get(f"/jobs/{job.id}")):
        assert (answer.json()["status"], answer.json()["cancelling"]) == ("running", True)


@pytest.mark.parametrize("path", ["/jobs/%00", "/jobs/a%00b/log", "/jobs?cursor=%00", "/jobs?cursor=99999999~x"])
async def test_what_is_no_id_and_no_cursor_is_refused(client, path):
    assert (await client.get(path)).status_code == 422


async def test_a_log_is_text_and_empty_before_the_job_begins(client, store, leases, log):
    job = store.submit("train", {}, "ada")
    assert (await client.get(f"/jobs/{job.id}/log")).text == ""
    leases.claim(job.id, "w", 15)
    log.append(job.id, "w", b"\xc3\xa9pochs\n" * 20_000)
    response = await client.get(f"/jobs/{job.id}/log")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.text == "épochs\n" * 20_000


async def test_a_job_is_followed_to_its_end(client, store, leases, log):
    job = store.submit("train", {}, "ada")

    async def run() -> None:
        await asyncio.sleep(0.6)
        leases.claim(job.id, "w", 15)
        log.append(job.id, "w", b"epoch 1\nepo")
        leases.heartbeat(job.id, "w", {"epoch": 1})
        await asyncio.sleep(1.2)
        log.append(job.id, "w", b"ch 2")
        leases.succeed(job.id, "w", {"version": 3})

    running = asyncio.create_task(run())
    response = await client.get(f"/jobs/{job.id}/events")
    await running
    assert response.headers["content-type"].startswith("text/event-stream")
    told = events(response.text)
    assert [data["status"] for name, data in told if name == "state"] == ["queued", "running", "succeeded"]
    assert [data for name, data in told if name == "progress"] == [{"epoch": 1}]
    assert [data["text"] for name, data in told if name == "log"] == ["epoch 1\n", "epoch 2"]
    assert told[-1][0] == "end" and told[-1][1]["result"] == {"version": 3}


async def test_following_goes_on_where_it_broke_off(client, store, leases, log):
    job = store.submit("train", {}, "ada")
    leases.claim(job.id, "w", 15)
    log.append(job.id, "w", b"one\ntwo\n" + b"x" * 100_000)
    leases.stop(job.id, "w")
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


async def test_the_table_is_measured(client, store, leases):
    text = (await client.get("/metrics")).text
    assert 'longhand_jobs{kind="train",queue="training",status="failed"} 0.0' in text
    assert 'longhand_job_queue_age_seconds{queue="training"} 0.0' in text and "longhand_training_epoch" not in text
    first = store.submit("train", {"n": 1}, "ada")
    leases.claim(first.id, "w", 15)
    leases.heartbeat(first.id, "w", {"epoch": 4, "loss": 0.25})
    store.submit("train", {"n": 2}, "ada")
    text = (await client.get("/metrics")).text
    assert 'longhand_jobs{kind="train",queue="training",status="running"} 1.0' in text
    assert 'longhand_jobs{kind="train",queue="training",status="queued"} 1.0' in text
    assert "longhand_training_epoch 4.0" in text and "longhand_training_loss 0.25" in text


async def test_metrics_answer_while_the_table_is_away(client, store):
    with store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE jobs RENAME TO gone")
    response = await client.get("/metrics")
    assert response.status_code == 200 and "longhand_jobs" not in response.text
