"""Jobs, models and data sets of the services behind."""

from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from longhand.contracts.paging import Page
from longhand.servicekit.errors import Invalid
from services.gateway.forwarding.merging import END, merge, read_cursor
from tests.gateway.conftest import World, make_settings, run_world
from tests.gateway.fakes import make_job


@pytest.mark.parametrize("path", ["/ingest", "/train"])
async def test_get_where_the_earlier_platform_had_it_names_post(world: World, path: str) -> None:
    answer = await world.call("admin1", "GET", path)
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "POST" and "POST" in answer.json()["detail"]


async def test_an_admin_ingests_and_trains_as_jobs(world: World) -> None:
    ingest = await world.call("admin1", "POST", "/ingest", json={"dataset": "digits"})
    assert (ingest.status_code, ingest.json()["status"], ingest.json()["by"]) == (202, "queued", "admin1")
    assert ingest.headers["location"] == f"/jobs/{ingest.json()['id']}"
    train = await world.call("admin1", "POST", "/train", json={"model": "characters", "params": {"a.b": 1}})
    assert train.json()["arguments"]["params"] == {"a.b": 1}
    plain = await world.call("admin1", "POST", "/train")
    assert plain.json()["arguments"]["model"] == "text"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/ingest", {"data": "digits"}),
        ("/ingest", {"unreadable": "perhaps"}),
        ("/ingest", None),
        ("/train", {"model": "poems"}),
        ("/train", {"recipe": "full", "params": {"a": [1]}}),
        ("/train", [1]),
        ("/models/text/promote", {"version": 0}),
        ("/models/text/promote", {}),
    ],
)
async def test_work_that_is_not_well_formed_is_refused(world: World, path: str, body: Any) -> None:
    answer = await world.call("admin1", "POST", path, json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_an_unknown_data_set_is_refused_in_ingestion_s_words(world: World) -> None:
    answer = await world.call("admin1", "POST", "/ingest", json={"dataset": "unheard-of"})
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_dataset")
    assert "unheard-of" in answer.json()["detail"]
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


async def test_an_archive_is_passed_on_as_it_comes_and_taken_in_once(world: World) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"zip" * 100_000

    sent = []
    for _ in range(2):
        headers = {"Content-Type": "application/zip", "Idempotency-Key": "k1"}
        path = "/ingest/archive?name=My%20words"
        sent.append(await world.call("admin1", "POST", path, content=pieces(), headers=headers))
    assert [answer.status_code for answer in sent] == [202, 202] and sent[0].json()["id"] == sent[1].json()["id"]
    assert sent[0].json()["arguments"] == {
        "archive": sha256(b"zip" * 300_000).hexdigest(), "name": "My words"
    }  # fmt: skip
    assert sent[0].headers["location"] == f"/jobs/{sent[0].json()['id']}"
    entry = (await world.call("admin1", "GET", "/audit?action=job.submitted")).json()["items"][0]
    assert (entry["by"], entry["subject"], entry["detail"]) == ("admin1", sent[0].json()["id"], "ingest")


async def test_an_archive_beyond_the_limit_or_without_a_good_name_is_not_passed_on(tmp_path: Path) -> None:
    async with run_world(make_settings(tmp_path, max_archive=10)) as world:
        longer = await world.call("admin1", "POST", "/ingest/archive?name=a", content=b"eleven bytes")
        assert (longer.status_code, longer.json()["code"]) == (413, "too_large")
        for name in ("", "a/b", "a%0Ab", "x" * 129):
            assert (
                await world.call("admin1", "POST", f"/ingest/archive?name={name}", content=b"zip")
            ).status_code == 422
        assert (await world.call("user1", "POST", "/ingest/archive?name=a", content=b"zip")).status_code == 403
        assert world.ingestion.jobs == {}


async def test_what_is_in_a_dataset_version_is_shown_to_admins(world: World) -> None:
    look = await world.call("admin1", "GET", "/datasets/abc/look?count=5&split=train&seed=3")
    assert (look.json()["pictures"], look.json()["groups"], look.json()["sets"]) == (5, 3, {"train": 1})
    picture = await world.call("admin1", "GET", f"/datasets/abc/pictures/{'0' * 64}")
    assert (picture.content, picture.headers["content-type"]) == (b"pixels", "image/png")
    for path in ("/datasets/abc/look", f"/datasets/abc/pictures/{'0' * 64}"):
        assert (await world.call("reviewer1", "GET", path)).status_code == 403


@pytest.mark.parametrize("path", ["/ingest", "/train"])
async def test_work_sent_twice_with_a_key_is_one_job(world: World, path: str) -> None:
    key, body = {"Idempotency-Key": "k1"}, {"dataset": "digits"} if path == "/ingest" else {}
    first = await world.call("admin1", "POST", path, json=body, headers=key)
    second = await world.call("admin1", "POST", path, json=body, headers=key)
    assert first.json()["id"] == second.json()["id"]


async def test_jobs_of_both_services_are_one_list_page_by_page(world: World) -> None:
    for minute, prefix in enumerate(["ing", "trn", "trn", "trn", "ing", "trn", "ing"]):
        service: Any = world.ingestion if prefix == "ing" else world.training
        service.jobs[f"{prefix}-{minute:04d}"] = make_job(f"{prefix}-{minute:04d}", minute)
    for limit in (1, 2, 3, 5, 100):
        found, cursor, pages = [], "", 0
        while cursor is not None:
            path = f"/jobs?limit={limit}" + (f"&cursor={cursor}" if cursor else "")
            page = (await world.call("admin1", "GET", path)).json()
            found += [int(job["id"][-1]) for job in page["items"]]
            assert len(page["items"]) <= limit
            cursor, pages = page["next"], pages + 1
        assert found == [6, 5, 4, 3, 2, 1, 0], limit
        assert pages == -(-7 // limit)


async def test_no_jobs_are_an_empty_page(world: World) -> None:
    assert (await world.call("admin1", "GET", "/jobs")).json() == {"items": [], "next": None}


@pytest.mark.parametrize("cursor", ["x", "a~b~c"])
async def test_a_made_up_cursor_is_refused(world: World, cursor: str) -> None:
    answer = await world.call("admin1", "GET", f"/jobs?cursor={cursor}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    with pytest.raises(Invalid):
        read_cursor(cursor, ("ing", "trn"))


def test_a_list_that_has_ended_is_not_asked_again() -> None:
    pages = {"ing": Page(items=[make_job("ing-1", 1)]), "trn": Page(items=[make_job("trn-2", 2)], next="trn-2")}
    merged = merge(pages, {"ing": None, "trn": None}, 5)
    assert [job.id for job in merged.items] == ["trn-2", "ing-1"]
    assert merged.next == f"{END}~trn-2"


async def test_a_service_that_is_away_is_said(world: World) -> None:
    world.training.away = True
    answer = await world.call("admin1", "GET", "/jobs")
    assert answer.status_code == 503


async def test_a_job_is_shown_followed_and_cancelled_where_it_runs(world: World) -> None:
    id = (await world.call("admin1", "POST", "/train")).json()["id"]
    assert (await world.call("admin1", "GET", f"/jobs/{id}")).json()["status"] == "queued"
    log = await world.call("admin1", "GET", f"/jobs/{id}/log")
    assert (log.text, log.headers["content-type"]) == ("epoch 1\nepoch 2\n", "text/plain; charset=utf-8")
    events = await world.call("admin1", "GET", f"/jobs/{id}/events")
    assert events.headers["content-type"].startswith("text/event-stream")
    assert events.text.count("event: progress") == 2 and events.text.endswith("event: end\ndata: {}\n\n")
    cancelled = await world.call("admin1", "POST", f"/jobs/{id}/cancel")
    assert cancelled.json()["status"] == "cancelled"
    again = await world.call("admin1", "POST", f"/jobs/{id}/cancel")
    assert (again.status_code, again.json()["code"]) == (409, "conflict")


@pytest.mark.parametrize("id", ["trn-9", "ing-9", "abc", "gw-1"])
@pytest.mark.parametrize("suffix", ["", "/events", "/log"])
async def test_a_job_that_is_none_is_not_found(world: World, id: str, suffix: str) -> None:
    assert (await world.call("admin1", "GET", f"/jobs/{id}{suffix}")).status_code == 404


async def test_models_are_listed_promoted_and_rolled_back(world: World) -> None:
    assert (await world.call("admin1", "GET", "/models")).json()["items"][0]["name"] == "text"
    assert (await world.call("admin1", "GET", "/models/text")).json()["deployment"]["champion"] == 1
    assert (await world.call("admin1", "GET", "/models/text/2")).json()["version"] == 2
    promoted = await world.call("admin1", "POST", "/models/text/promote", json={"version": 2})
    assert (promoted.json()["epoch"], promoted.json()["champion"]) == (2, 2)
    back = await world.call("admin1", "POST", "/models/text/rollback", headers={"Idempotency-Key": "k"})
    assert back.json()["champion"] == 1
    assert world.training.headers[-1]["idempotency-key"] == "k"
    assert (await world.call("admin1", "GET", "/models/poems")).status_code == 404
    assert (await world.call("admin1", "GET", "/models/text/zero")).status_code == 422


async def test_data_sets_are_listed_and_shown(world: World) -> None:
    assert (await world.call("admin1", "GET", "/datasets?cursor=a")).json()["items"][0]["name"] == "digits"
    assert (await world.call("admin1", "GET", "/datasets/abc")).json() == {"version": "abc"}
