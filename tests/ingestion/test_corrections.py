"""Corrections over HTTP: who may make them, what is shown of them, and what is measured."""

import pytest

from longhand.contracts.accounts import Role
from services.ingestion.app import create_app
from services.ingestion.settings import IngestionSettings
from tests.ingestion.test_readings import make_reading, put
from tests.service import Client, calling


async def correct(client: Client, by: str, role: Role, key: str | None = None, **body: str) -> dict[str, object]:
    """The reading after a correction, or the problem."""
    headers = {"Idempotency-Key": key} if key else {}
    answer = await client.be(by, role).post("/readings/r-1/correction", json=body, headers=headers)
    found: dict[str, object] = answer.json()
    return found


async def test_a_correction_and_who_disagrees_with_it_are_shown(client: Client) -> None:
    await put(client, make_reading())
    await correct(client, "ann", Role.USER, text="Gent", at="2026-01-03T00:00:00Z")
    shown = await correct(client, "rita", Role.REVIEWER, answer="not_readable")
    (other,) = shown.pop("disagreements")  # type: ignore[misc, attr-defined]
    assert other == {
        "text": "Gent", "answer": "text", "by": "ann", "at": "2026-01-03T00:00:00Z", "state": "superseded",
    }  # fmt: skip
    stands = shown["correction"]
    assert isinstance(stands, dict) and (stands["answer"], stands["by"]) == ("not_readable", "rita")
    assert shown["text"] == "Genf"
    assert (await client.get("/readings?corrected=true")).json()["items"][0]["correction"] == stands


async def test_people_correct_their_own_readings_and_reviewers_everybodys(client: Client) -> None:
    await put(client, make_reading())
    assert (await correct(client, "bob", Role.USER, text="Gent"))["status"] == 404
    assert "correction" in await correct(client, "rita", Role.REVIEWER, text="Gent")
    answer = await client.be("ann", Role.USER).delete("/readings/r-1/correction")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    withdrawn = (await client.be("rolf", Role.REVIEWER).delete("/readings/r-1/correction")).json()
    assert withdrawn["correction"] is None and withdrawn["withdrawn"]["by"] == "rolf"
    answer = await client.delete("/readings/r-1/correction")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_corrected")


async def test_a_correction_that_comes_twice_counts_once(client: Client, settings: IngestionSettings) -> None:
    await put(client, make_reading())
    for text, key in (("Gent", "k-1"), ("Bern", "k-2"), ("Gent", "k-1")):
        shown = await correct(client, "ann", Role.USER, key, text=text)
    assert shown["correction"]["text"] == "Bern"  # type: ignore[index]


@pytest.mark.parametrize("body", [{"text": "a\x07b"}, {"text": " "}, {}, {"text": "x" * 501}, {"answer": "text"}])
async def test_what_cannot_be_a_reading_is_refused(client: Client, body: dict[str, str]) -> None:
    await put(client, make_reading())
    assert (await correct(client, "ann", Role.USER, **body))["status"] == 422


async def test_a_correction_against_a_sure_model_waits_and_says_so(settings: IngestionSettings) -> None:
    async with calling(create_app(settings.model_copy(update={"sure": 0.9})), settings.var, "ingestion") as client:
        await put(client, make_reading())
        states = []
        for by, role in (("ann", Role.USER), ("rita", Role.REVIEWER)):
            shown = await correct(client, by, role, text="Bern")
            states.append(shown["correction"]["state"])  # type: ignore[index]
        metrics = (await client.get("/metrics")).text
    assert states == ["waiting", "stands"]
    for line in (
        'longhand_ingestion_corrections_total{answer="text",task="text"} 2.0',
        'longhand_ingestion_corrected_edits_total{task="text"} 6.0',
        'longhand_ingestion_corrected_characters_total{task="text"} 8.0',
        'longhand_ingestion_corrections_standing{state="waiting"} 0.0',
        'longhand_ingestion_corrections_reviewed{result="agreed"} 1.0',
        "longhand_ingestion_trusted_people 0.0",
    ):
        assert line in metrics


async def test_readings_whose_time_is_over_are_deleted_at_the_start(settings: IngestionSettings) -> None:
    async with calling(create_app(settings), settings.var, "ingestion") as client:
        await put(client, make_reading())
        assert (await client.get("/readings/r-1")).status_code == 200
    short = settings.model_copy(update={"retention_days": 1e-9})
    async with calling(create_app(short), settings.var, "ingestion") as client:
        for _ in range(100):
            if (status := (await client.get("/readings/r-1")).status_code) == 404:
                break
    assert status == 404
