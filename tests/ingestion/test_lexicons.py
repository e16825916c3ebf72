"""Lexicons over HTTP."""

import hashlib
from pathlib import Path

import pytest

from longhand.contracts.accounts import Role
from services.ingestion.app import create_app
from services.ingestion.settings import IngestionSettings
from tests.service import Client, calling, make_var

TOWNS = {"entries": ["Genf", "Bern"]}
DIGEST = hashlib.sha256(b"Genf\nBern").hexdigest()
PLAIN = {"Content-Type": "text/plain; charset=utf-8"}


async def test_a_list_is_put_listed_and_shown(client: Client) -> None:
    made = (await client.put("/lexicons/towns", json=TOWNS)).json()
    assert (made["name"], made["version"], made["count"], made["by"]) == ("towns", DIGEST, 2, "ada")
    assert (await client.get("/lexicons/towns")).json() == {**made, "entries": ["Genf", "Bern"]}
    assert (await client.get("/lexicons/towns/newest")).json() == made
    assert made in (await client.get("/lexicons")).json()["items"]


async def test_what_cannot_be_seen_is_refused_in_json_and_in_text(client: Client) -> None:
    unseen = {"\u202e": "RIGHT-TO-LEFT OVERRIDE", "\u200b": "ZERO WIDTH SPACE", "\x07": "CONTROL CHARACTER"}
    for character, name in unseen.items():
        entry = f"Be{character}rn"
        listed = await client.put("/lexicons/towns", json={"entries": ["Genf", entry]})
        plain = await client.put("/lexicons/towns", content=f"Genf\n{entry}".encode(), headers=PLAIN)
        for answer in (listed, plain):
            assert answer.status_code == 422 and name in answer.json()["detail"]
            assert answer.json()["errors"][0]["loc"] == ["body", "entries", 1]


async def test_text_with_one_entry_per_line_is_the_same_list(client: Client) -> None:
    for text in ("Genf\nBern", "\ufeffGenf\r\nBern\r\n", "  Genf \n\n Bern\nGenf\n"):
        made = await client.put("/lexicons/towns", content=text.encode(), headers=PLAIN)
        assert (made.status_code, made.json()["version"]) == (200, DIGEST)
    plain = await client.get("/lexicons/towns", headers={"Accept": "text/plain"})
    assert plain.text == "Genf\nBern" and plain.headers["content-type"].startswith("text/plain")


async def test_an_older_version_is_shown_by_its_hash(client: Client) -> None:
    await client.put("/lexicons/towns", json=TOWNS)
    await client.put("/lexicons/towns", json={"entries": ["Chur"]})
    old = await client.get("/lexicons/towns", params={"version": DIGEST})
    assert old.json()["entries"] == ["Genf", "Bern"]
    text = await client.get("/lexicons/towns", params={"version": DIGEST}, headers={"Accept": "text/plain"})
    assert text.content == b"Genf\nBern"
    assert (await client.get("/lexicons/towns")).json()["entries"] == ["Chur"]


async def test_a_deleted_name_is_gone_and_its_versions_are_not(client: Client) -> None:
    await client.put("/lexicons/towns", json=TOWNS)
    assert (await client.delete("/lexicons/towns")).status_code == 204
    for answer in (await client.get("/lexicons/towns"), await client.delete("/lexicons/towns")):
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_lexicon")
    assert (await client.get("/lexicons/towns", params={"version": DIGEST})).status_code == 200


async def test_lists_come_in_pages_by_name(client: Client) -> None:
    for name in ("towns", "rivers"):
        await client.put(f"/lexicons/{name}", json=TOWNS)
    first = (await client.get("/lexicons", params={"limit": 2})).json()
    rest = (await client.get("/lexicons", params={"limit": 2, "cursor": first["next"]})).json()
    assert [one["name"] for one in first["items"] + rest["items"]] == ["medicines", "rivers", "towns"]
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        ({"json": {"entries": []}}, 422, "bad_lexicon"),
        ({"json": {"entries": ["Genf", " "]}}, 422, "bad_lexicon"),
        ({"json": {"entries": ["x" * 201]}}, 422, "bad_lexicon"),
        ({"json": {"entries": [str(number) for number in range(100_001)]}}, 422, "bad_lexicon"),
        ({"json": {"entries": [1] * 1000}}, 422, "invalid"),
        ({"json": {"names": ["Genf"]}}, 422, "invalid"),
        ({"json": ["Genf"]}, 422, "invalid"),
        ({"content": b"{", "headers": {"Content-Type": "application/json"}}, 422, "invalid"),
        ({"content": b"\n \n", "headers": PLAIN}, 422, "bad_lexicon"),
        ({"content": "Zürich".encode("latin-1"), "headers": PLAIN}, 422, "invalid"),
        ({"content": b"Genf"}, 415, "unsupported_media_type"),
        ({"content": b"Genf\n" * 5_000_000, "headers": PLAIN}, 413, "too_large"),
    ],
)
async def test_a_list_that_cannot_be_used_says_why(
    client: Client, content: dict[str, object], status: int, code: str
) -> None:
    answer = await client.put("/lexicons/towns", **content)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert len(answer.json().get("errors", [])) <= 2
    assert (await client.get("/lexicons/towns")).status_code == 404


@pytest.mark.parametrize("name", ["Towns", "-towns", "to wns", "t" * 64, "töwns"])
async def test_a_name_is_small_letters_digits_and_hyphens(client: Client, name: str) -> None:
    answer = await client.put(f"/lexicons/{name}", json=TOWNS)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_lists_are_kept_by_admins_and_listed_and_read_for_anybody(client: Client) -> None:
    client.be("ann", Role.USER)
    for method, path in (("PUT", "/lexicons/towns"), ("DELETE", "/lexicons/medicines")):
        assert (await client.request(method, path, json=TOWNS)).status_code == 403
    assert (await client.get("/lexicons/medicines/newest")).json()["name"] == "medicines"
    assert (await client.get("/lexicons/medicines", headers={"Accept": "text/plain"})).text.startswith("abacavir\n")


async def test_the_medicines_are_there_at_the_first_start_and_what_an_admin_made_of_them_later(tmp_path: Path) -> None:
    settings = IngestionSettings(var=make_var(tmp_path))
    async with calling(create_app(settings), settings.var, "ingestion") as client:
        assert (await client.get("/lexicons/medicines")).json()["count"] >= 500
        await client.put("/lexicons/medicines", json={"entries": ["paracetamol"]})
    async with calling(create_app(settings), settings.var, "ingestion") as client:
        assert (await client.get("/lexicons/medicines")).json()["entries"] == ["paracetamol"]


async def test_a_store_that_is_away_does_not_keep_ingestion_from_starting(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("in the way")
    settings = IngestionSettings(var=make_var(tmp_path))
    async with calling(create_app(settings), settings.var, "ingestion") as client:
        assert (await client.get("/livez")).status_code == 200
