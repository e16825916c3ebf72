"""Lexicons: kept by ingestion, named by readers, sent to prediction where it does not know them."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.gateway.forwarding.lexicons import Lexicons
from tests.gateway.conftest import World, make_settings, run_world

TOWNS = ["Genf", "Bern"]
DIGEST = sha256(b"Genf\nBern").hexdigest()


async def read(world: World, picture: bytes = b"Genf", **fields: Any) -> httpx.Response:
    return await world.predict(picture=picture, data=fields)


async def test_an_admin_puts_shows_lists_and_deletes_a_list_and_all_is_audited(world: World) -> None:
    made = (await world.call("admin1", "PUT", "/lexicons/towns", json={"entries": TOWNS})).json()
    assert (made["version"], made["count"], made["by"]) == (DIGEST, 2, "admin1")
    shown = await world.call("admin1", "GET", "/lexicons/towns")
    assert shown.json()["entries"] == TOWNS
    plain = await world.call("admin1", "GET", f"/lexicons/towns?version={DIGEST}", headers={"Accept": "text/plain"})
    assert plain.content == b"Genf\nBern" and plain.headers["content-type"].startswith("text/plain")
    assert [one["name"] for one in (await world.call("admin1", "GET", "/lexicons")).json()["items"]] == ["towns"]
    assert (await world.call("admin1", "DELETE", "/lexicons/towns")).status_code == 204
    gone = await world.call("admin1", "GET", "/lexicons/towns")
    assert (gone.status_code, gone.json()["code"]) == (404, "unknown_lexicon")
    entries = (await world.call("admin1", "GET", "/audit")).json()["items"]
    noted = [(entry["by"], entry["action"], entry["subject"]) for entry in entries]
    assert ("admin1", "lexicon.put", "towns") in noted and ("admin1", "lexicon.deleted", "towns") in noted
    assert any(DIGEST in entry["detail"] for entry in entries)


@pytest.mark.parametrize("name", ["user1", "reviewer1"])
async def test_clerks_see_which_lists_there_are_and_not_what_they_hold(world: World, name: str) -> None:
    world.ingestion.keep("towns", TOWNS)
    [listed] = (await world.call(name, "GET", "/lexicons")).json()["items"]
    assert (listed["name"], listed["version"], listed["count"]) == ("towns", DIGEST, 2)
    assert "entries" not in listed
    for method in ("GET", "PUT", "DELETE"):
        assert (await world.call(name, method, "/lexicons/towns", json={"entries": ["x"]})).status_code == 403


async def test_text_with_one_entry_per_line_is_handed_on(world: World) -> None:
    headers = {"Content-Type": "text/plain"}
    made = await world.call("admin1", "PUT", "/lexicons/towns", content=b"Genf\nBern\n", headers=headers)
    assert made.json()["version"] == DIGEST


async def test_a_list_over_the_limit_is_refused_before_it_is_handed_on(world: World) -> None:
    headers = {"Content-Type": "text/plain"}
    answer = await world.call("admin1", "PUT", "/lexicons/towns", content=b"x" * 25_000_000, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert not world.ingestion.lexicons


async def test_entries_are_sent_once_and_then_known_by_their_version(world: World) -> None:
    world.ingestion.keep("towns", TOWNS)
    first, second = [(await read(world, lexicon="towns")).json() for _ in range(2)]
    for reading in (first, second):
        assert reading["lexicon"] == {"name": "towns", "version": DIGEST, "matched": True, "margin": 0.5}
    assert world.prediction.asked == [(DIGEST, None, True), (DIGEST, "Genf\nBern", True), (DIGEST, None, True)]
    assert world.ingestion.asked == ["newest towns", "entries of towns"]


async def test_the_journal_says_which_version_was_used(world: World) -> None:
    world.ingestion.keep("towns", TOWNS)
    reading = (await read(world, lexicon="towns")).json()
    await world.delivered()
    stored, _ = world.ingestion.readings[reading["id"]]
    assert stored.lexicon is not None
    assert (stored.lexicon.name, stored.lexicon.version) == ("towns", DIGEST)
    assert (await world.call("user1", "GET", f"/readings/{reading['id']}")).json()["lexicon"] == reading["lexicon"]


async def test_candidates_come_in_a_form_or_as_json_and_have_no_name(world: World) -> None:
    candidates = [" Genf ", "La  Chaux-de-\nFonds"]
    form = await read(world, candidates=json.dumps(candidates), strict="false")
    body = {"file": "data:image/png;base64,R2VuZg==", "candidates": candidates, "strict": False}
    drawn = await world.call("user1", "POST", "/predict", json=body)
    version = sha256(b"Genf\nLa Chaux-de- Fonds").hexdigest()
    for answer in (form, drawn):
        assert answer.json()["lexicon"] == {"name": None, "version": version, "matched": True, "margin": 0.5}
    assert world.prediction.asked == [(None, "Genf\nLa Chaux-de- Fonds", False)] * 2
    assert not world.ingestion.asked


async def test_ten_thousand_long_candidates_fit_beside_a_picture(world: World) -> None:
    candidates = [f"{number:05d}" + "é" * 95 for number in range(10_000)]
    answer = await read(world, candidates=json.dumps(candidates, ensure_ascii=False), keep="false")
    assert answer.status_code == 200, answer.text
    assert world.prediction.asked[0][1] == "\n".join(candidates)


async def test_a_name_that_means_nothing_is_said(world: World) -> None:
    answer = await read(world, lexicon="rivers")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_lexicon")
    assert "rivers" in answer.json()["detail"] and not world.prediction.read
    assert len(world.gateway.outbox) == 0


async def test_a_new_version_counts_at_once_where_it_was_put_here(world: World) -> None:
    await world.call("admin1", "PUT", "/lexicons/towns", json={"entries": TOWNS})
    assert (await read(world, lexicon="towns")).json()["lexicon"]["version"] == DIGEST
    await world.call("admin1", "PUT", "/lexicons/towns", json={"entries": ["Chur"]})
    changed = (await read(world, lexicon="towns")).json()["lexicon"]
    assert (changed["matched"], changed["version"]) == (False, sha256(b"Chur").hexdigest())
    await world.call("admin1", "DELETE", "/lexicons/towns")
    assert (await read(world, lexicon="towns")).status_code == 404


async def test_the_same_key_gets_the_same_answer_whatever_the_name_means_now(world: World) -> None:
    key = {"Idempotency-Key": "k"}
    await world.call("admin1", "PUT", "/lexicons/towns", json={"entries": TOWNS})
    first = await world.predict(data={"lexicon": "towns"}, headers=key)
    await world.call("admin1", "PUT", "/lexicons/towns", json={"entries": ["Chur"]})
    assert (await world.predict(data={"lexicon": "towns"}, headers=key)).content == first.content
    assert (await world.predict(data={"lexicon": "rivers"}, headers=key)).status_code == 409


async def test_ingestion_away_stops_only_readings_whose_list_nobody_knows(tmp_path: Path) -> None:
    async with run_world(make_settings(tmp_path, lexicon_seconds=0)) as world:
        world.ingestion.keep("towns", TOWNS)
        world.ingestion.keep("rivers", ["Aare"])
        assert (await read(world, lexicon="towns")).status_code == 200
        world.ingestion.away = True
        assert (await read(world)).status_code == 200
        assert (await read(world, lexicon="towns")).json()["lexicon"]["matched"]
        unknown = await read(world, lexicon="rivers")
        assert (unknown.status_code, unknown.json()["code"]) == (503, "unavailable")
        assert int(unknown.headers["retry-after"]) > 0
        world.prediction.lexicons.clear()
        forgotten = await read(world, lexicon="towns")
        assert forgotten.status_code == 503 and forgotten.headers["retry-after"]


async def test_a_prediction_service_that_does_not_heed_the_list_gives_no_reading(world: World) -> None:
    world.prediction.heedless = True
    answer = await read(world, candidates='["Genf"]')
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert (await read(world)).status_code == 200


@pytest.mark.parametrize("moment", [4.9, 5.1])
async def test_what_a_name_means_is_asked_again_after_some_seconds(world: World, moment: float) -> None:
    now = [0.0]
    lexicons = Lexicons(world.gateway.ingestion, 5, lambda: now[0])
    caller = await world.gateway.guard.identify((await world.sign_in("user1"))["access_token"])
    world.ingestion.keep("towns", TOWNS)
    first = await lexicons.version("towns", caller)
    world.ingestion.keep("towns", ["Chur"])
    now[0] = moment
    assert (await lexicons.version("towns", caller) == first) is (moment < 5)
