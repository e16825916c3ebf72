"""Pictures in, readings out."""

import asyncio
import base64
from pathlib import Path
from typing import Any

import pytest

from longhand.contracts.trials import ShadowReading, Trial
from tests.gateway.conftest import World, eventually, make_settings, run_world

LIMIT = 10_000


def url(data: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


async def test_a_picture_comes_back_as_text(world: World) -> None:
    answer = await world.predict()
    reading = answer.json()
    assert answer.status_code == 200
    assert reading["text"] == reading["predicted_text"] == "word"
    assert reading.keys() == {
        "id", "task", "text", "confidence", "decision", "alternatives", "characters", "lexicon", "notices",
        "effort", "model", "vocabulary", "adapter", "perceptual_hash", "elapsed_ms", "predicted_text",
    }  # fmt: skip
    assert world.prediction.read == [(reading["id"], b"word", "text", "full", "user1")]


async def test_options_reach_prediction_and_the_journal(world: World) -> None:
    fields = {"task": "character", "charset": "digits", "name": "7.png", "document": "form 7", "writer": "w1"}
    reading = (await world.predict(data=fields)).json()
    assert world.prediction.read[0][2:4] == ("character", "digits")
    await world.delivered()
    stored, picture = world.ingestion.readings[reading["id"]]
    assert (stored.by, stored.name, stored.document, stored.writer) == ("user1", "7.png", "form 7", "w1")
    assert stored.charset == "digits"
    assert (stored.text, picture) == ("word", b"word")
    assert stored.picture == "98c1eb4ee93476743763878fcb96a25fbc9a175074d64004779ecb5242f645e6"


async def test_what_a_challenger_read_reaches_the_journal_and_no_client(world: World) -> None:
    world.prediction.trial = Trial(shadow=ShadowReading(version=4, text="ward"))
    id = (await world.predict()).json()["id"]
    waiting = (await world.call("user1", "GET", f"/readings/{id}")).json()
    await world.delivered()
    assert world.ingestion.readings[id][0].trial == world.prediction.trial
    assert "trial" not in waiting and "ward" not in (await world.predict()).text


async def test_an_effort_reaches_prediction_where_one_is_asked_for_and_the_reading_keeps_its_own(world: World) -> None:
    ids = [(await world.predict(data=data)).json()["id"] for data in ({}, {"effort": "best"}, {"effort": "fast"})]
    assert world.prediction.efforts == [None, None, "fast"], "a prediction of an earlier release knows no efforts"
    await world.delivered()
    assert [world.ingestion.readings[id][0].effort for id in ids] == ["best", "best", "fast"]


async def test_a_key_that_came_with_another_effort_is_refused(world: World) -> None:
    headers = {"Idempotency-Key": "one"}
    sent = [await world.predict(data={"effort": effort}, headers=headers) for effort in ("fast", "fast", "best")]
    assert [answer.status_code for answer in sent] == [200, 200, 409]
    assert sent[0].json() == sent[1].json() and sent[2].json()["code"] == "idempotency_key_reused"


@pytest.mark.parametrize("field", ["file", "image"])
async def test_a_picture_may_come_as_json_with_a_data_url(world: World, field: str) -> None:
    body = {field: url(b"drawn"), "task": "character", "keep": False}
    answer = await world.call("user1", "POST", "/predict", json=body)
    assert answer.json()["text"] == "drawn"
    assert world.prediction.read[0][2] == "character"


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "file"),
        ({"file": "https://example.org/a.png"}, "file"),
        ({"file": "data:image/png;base64,%%%"}, "file"),
        ({"file": 7}, "file"),
        ({"file": url(b"x"), "task": "page"}, "task"),
        ({"file": url(b"x"), "charset": "runes"}, "charset"),
        ({"file": url(b"x"), "effort": "most"}, "effort"),
        ({"file": url(b"x"), "keep": "perhaps"}, "keep"),
        ({"file": url(b"x"), "lexicons": "names"}, "lexicons"),
        ({"file": url(b"x"), "lexicon": "Names"}, "lexicon"),
        ({"file": url(b"x"), "lexicon": "names", "task": "character"}, "lexicon"),
        ({"file": url(b"x"), "candidates": ["a"], "task": "character"}, "candidates"),
        ({"file": url(b"x"), "candidates": ["a"], "lexicon": "names"}, "candidates"),
        ({"file": url(b"x"), "candidates": []}, "candidates"),
        ({"file": url(b"x"), "candidates": '["a"]'}, "candidates"),
        ({"file": url(b"x"), "candidates": ["a"] * 10_001}, "candidates"),
        ({"file": url(b"x"), "strict": "perhaps"}, "strict"),
        ({"file": url(b"x"), "writer": "w" * 201}, "writer"),
        ({"file": url(b"x"), "writer": "w\u200b"}, "writer"),
        ({"file": url(b"x"), "document": "\u202e"}, "document"),
        ([], None),
        ("text", None),
    ],
)
async def test_json_that_is_wrong_is_refused_by_the_field(world: World, body: Any, where: str | None) -> None:
    answer = await world.call("user1", "POST", "/predict", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    if where:
        assert answer.json()["errors"][0]["loc"] == ["body", where]
    assert not world.prediction.read


@pytest.mark.parametrize("how", ["json", "form"])
@pytest.mark.parametrize("field", ["name", "document", "writer"])
async def test_a_nul_in_a_name_is_refused_before_anything_is_kept(world: World, field: str, how: str) -> None:
    body = {"json": {"file": url(b"x"), field: "a\0"}}
    form = {"files": {"file": ("a.png", b"x")}, "data": {field: "a\0"}}
    answer = await world.call("user1", "POST", "/predict", **(body if how == "json" else form))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert not world.prediction.read


@pytest.mark.parametrize(
    "content",
    [
        {"data": {"task": "text"}},
        {"files": {"picture": ("a.png", b"x")}},
        {"files": {"file": ("a.png", b"x")}, "data": {"task": "page"}},
        {"files": {"file": ("a.png", b"x")}, "data": {"charset": "runes"}},
        {"files": {"file": ("a.png", b"x")}, "data": {"candidates": "[]"}},
        {"files": {"file": ("a.png", b"x")}, "data": {"candidates": "Genf, Bern"}},
        {"files": {"file": ("a.png", b"x")}, "data": {"candidates": "[" * 100_000}},
        {"files": {"file": ("a.png", b"x")}, "data": {"candidates": '["Genf"]', "lexicon": "towns"}},
        {"files": {"file": ("a.png", b"x")}, "data": {"lexicon": "towns", "task": "character"}},
        {"files": [("file", ("a.png", b"x")), ("file", ("b.png", b"y"))]},
    ],
)
async def test_a_form_that_is_wrong_is_refused(world: World, content: dict[str, Any]) -> None:
    answer = await world.call("user1", "POST", "/predict", **content)
    assert answer.status_code in (415, 422), answer.text
    assert answer.json()["code"] in ("invalid", "bad_body", "unsupported_media_type")
    assert not world.prediction.read


@pytest.mark.parametrize(
    ("kind", "body", "status", "code"),
    [
        ("application/json", b"{", 422, "bad_body"),
        ("application/json", b"\xff\xfe", 422, "bad_body"),
        ("multipart/form-data", b"x", 422, "bad_body"),
        ("multipart/form-data; boundary=b", b"--b\r\nnothing", 422, None),
        ("image/png", b"x", 415, "unsupported_media_type"),
        ("", b"x", 415, "unsupported_media_type"),
    ],
)
async def test_a_body_that_cannot_be_understood_is_refused(
    world: World, kind: str, body: bytes, status: int, code: str | None
) -> None:
    answer = await world.call("user1", "POST", "/predict", content=body, headers={"Content-Type": kind})
    assert answer.status_code == status, answer.text
    assert code is None or answer.json()["code"] == code
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_picture_over_the_limit_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    async with run_world(make_settings(tmp_path, max_upload=LIMIT)) as world:
        assert (await world.predict(picture=b"x" * LIMIT)).status_code == 200
        assert (await world.call("user1", "POST", "/predict", json={"file": url(b"x" * LIMIT)})).status_code == 200
        for size in (LIMIT + 1, LIMIT * 3, LIMIT * 100):
            for content in ({"files": {"file": ("a.png", b"x" * size)}}, {"json": {"file": url(b"x" * size)}}):
                answer = await world.call("user1", "POST", "/predict", **content)
                assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        await world.delivered()
        assert len(world.prediction.read) == 2
        assert _files(world) == []


async def test_a_body_that_hides_its_length_is_stopped_at_the_limit(tmp_path: Path) -> None:
    async def endless() -> Any:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
        for _ in range(500):
            yield b"x" * LIMIT

    async with run_world(make_settings(tmp_path, max_upload=LIMIT)) as world:
        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        answer = await world.call("user1", "POST", "/predict", content=endless(), headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_what_prediction_refuses_is_passed_on_and_leaves_nothing(world: World) -> None:
    answer = await world.predict(picture=b"")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "unreadable_image")
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert _files(world) == [] and len(world.gateway.outbox) == 0


async def test_prediction_away_is_said_and_leaves_nothing(world: World) -> None:
    world.prediction.away = True
    answer = await world.predict()
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["retry-after"] == "7"
    world.prediction.away, world.prediction.nonsense = False, True
    assert (await world.predict()).status_code == 503
    assert _files(world) == []


async def test_trace_and_request_id_go_along(world: World) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    headers = {"traceparent": f"00-{trace}-b7ad6b7169203331-01", "X-Request-Id": "mine-1"}
    answer = await world.predict(headers=headers)
    assert answer.headers["x-request-id"] == "mine-1"
    sent = world.prediction.headers[-1]
    assert sent["x-request-id"] == "mine-1" and sent["traceparent"].startswith(f"00-{trace}-")


async def test_keep_false_reads_and_keeps_nothing(world: World) -> None:
    reading = (await world.predict(data={"keep": "false"})).json()
    assert reading["text"] == "word"
    assert _files(world) == [] and world.ingestion.puts == 0
    answer = await world.call("user1", "GET", f"/readings/{reading['id']}")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_reading")


async def test_the_same_key_gets_the_same_answer_and_one_reading(world: World) -> None:
    key = {"Idempotency-Key": "k1"}
    first = await world.predict(headers=key)
    second = await world.predict(headers=key)
    assert first.content == second.content
    other = await world.predict("admin1", headers=key)
    assert other.json()["id"] != first.json()["id"]
    await world.delivered()
    assert len(world.prediction.read) == 2 and len(world.ingestion.readings) == 2


async def test_the_same_key_at_the_same_time_is_read_once(world: World) -> None:
    await world.call("user1", "GET", "/users/me")
    world.prediction.open.clear()
    calls = [asyncio.create_task(world.predict(headers={"Idempotency-Key": "k"})) for _ in range(5)]
    await eventually(lambda: bool(world.prediction.read))
    world.prediction.open.set()
    answers = await asyncio.gather(*calls)
    assert len({answer.content for answer in answers}) == 1 and len(world.prediction.read) == 1


async def test_a_key_with_another_picture_is_refused(world: World) -> None:
    await world.predict(headers={"Idempotency-Key": "k"})
    answer = await world.predict(picture=b"other", headers={"Idempotency-Key": "k"})
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")
    bad = await world.predict(headers={"Idempotency-Key": "with blank"})
    assert bad.status_code == 422


async def test_a_failure_is_not_remembered_for_its_key(world: World) -> None:
    key = {"Idempotency-Key": "k"}
    world.prediction.away = True
    assert (await world.predict(headers=key)).status_code == 503
    world.prediction.away = False
    assert (await world.predict(headers=key)).status_code == 200


async def test_a_caller_who_asks_too_often_is_told_to_wait(tmp_path: Path) -> None:
    async with run_world(make_settings(tmp_path, rate=3)) as world:
        for _ in range(3):
            assert (await world.predict(data={"keep": "false"})).status_code == 200
        answer = await world.predict(data={"keep": "false"})
        assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
        assert 1 <= int(answer.headers["retry-after"]) <= 20
        assert (await world.predict("admin1")).status_code == 200


def _files(world: World) -> list[str]:
    folder = world.gateway.settings.outbox_directory
    return sorted(path.name for path in folder.iterdir() if path.name not in ("lock", "refused"))
