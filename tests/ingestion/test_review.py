"""The review queue over HTTP."""

import httpx
import pytest

from longhand.contracts.accounts import Role
from longhand.samples.journal import Journal
from longhand.samples.record import Said
from longhand.servicekit.state import open_engine
from services.ingestion.settings import IngestionSettings
from tests.ingestion.test_readings import make_reading, put
from tests.service import Client


@pytest.fixture
async def reviewer(client: Client) -> Client:
    """Rita, and three readings, the last of them the least certain."""
    for number in range(3):
        picture = str(number).encode()
        doubt = {"confidence": 0.9 - number / 10, "decision": "review", "perceptual_hash": f"{number * 4369:016x}"}
        reading = make_reading(f"r-{number}", picture=picture).model_copy(update=doubt)
        assert await put(client, reading, picture) == 201
    return client.be("rita", Role.REVIEWER)


def ids(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["items"]]


async def test_the_queue_is_shown_and_handed_out_to_one_reviewer_at_a_time(reviewer: Client) -> None:
    assert ids(await reviewer.get("/review")) == ["r-2", "r-1", "r-0"]
    taken = await reviewer.post("/review/claims", json={"limit": 2})
    assert ids(taken) == ["r-2", "r-1"]
    shown = taken.json()["items"][0]
    assert (shown["claim"]["by"], shown["text"], shown["by"]) == ("rita", "Genf", "ann")
    reviewer.be("rob", Role.REVIEWER)
    assert ids(await reviewer.get("/review", params={"limit": 5, "task": "text"})) == ["r-0"]
    refused = await reviewer.post("/review/r-2/claim")
    assert (refused.status_code, refused.json()["code"]) == (409, "claimed")
    reviewer.be("rita", Role.REVIEWER)
    assert (await reviewer.delete("/review/r-2/claim")).status_code == 204
    assert (await reviewer.be("rob", Role.REVIEWER).post("/review/r-2/claim")).json()["claim"]["by"] == "rob"


async def test_what_a_reviewer_has_corrected_is_not_handed_out(reviewer: Client, settings: IngestionSettings) -> None:
    engine = open_engine(settings.state_url)
    Journal(engine).correct("r-2", "Gent", "rob", Said(role="reviewer"))
    engine.dispose()
    assert ids(await reviewer.get("/review")) == ["r-1", "r-0"]
    refused = await reviewer.post("/review/r-2/claim")
    assert (refused.status_code, refused.json()["code"]) == (409, "already_corrected")
    assert (await reviewer.post("/review/none/claim")).status_code == 404


async def test_what_somebody_has_corrected_who_is_not_trusted_is_shown_to_be_confirmed(
    reviewer: Client, settings: IngestionSettings
) -> None:
    engine = open_engine(settings.state_url)
    Journal(engine).correct("r-0", "Gent", "ann", Said(role="user"))
    engine.dispose()
    answer = await reviewer.get("/review")
    assert ids(answer) == ["r-0", "r-2", "r-1"]
    assert answer.json()["items"][0]["correction"]["text"] == "Gent"
    said = {"answer": "text", "text": "Gent"}
    assert (await reviewer.post("/readings/r-0/correction", json=said)).status_code in (200, 201)
    assert ids(await reviewer.get("/review")) == ["r-2", "r-1"]


async def test_the_queue_is_for_reviewers(reviewer: Client) -> None:
    reviewer.be("ann", Role.USER)
    calls = [("GET", "/review"), ("POST", "/review/claims"), ("POST", "/review/r-1/claim")]
    assert [(await reviewer.request(*call, json={})).status_code for call in calls] == [403, 403, 403]


async def test_what_waits_is_measured(reviewer: Client) -> None:
    await reviewer.post("/review/claims", json={"limit": 1})
    measured = (await reviewer.be_nobody().get("/metrics")).text
    assert 'longhand_review_waiting{decision="review"} 3.0' in measured
    assert "longhand_review_claimed 1.0" in measured
