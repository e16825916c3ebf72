"""The journal over HTTP, and its table."""

import hashlib
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from longhand.contracts.accounts import Role
from longhand.contracts.readings import ModelReference, NewReading, Task
from longhand.samples.blobs import Blobs
from longhand.samples.files import Files
from longhand.samples.journal import Journal
from longhand.samples.tables import metadata
from longhand.servicekit.state import migrate, open_engine
from services.ingestion.settings import IngestionSettings
from tests.service import Client

KEPT = ("journal", "readings", "corrections", "claims", "erasures")


def make_reading(id: str = "r-1", by: str = "ann", picture: bytes = b"picture") -> NewReading:
    return NewReading(
        id=id,
        task=Task.TEXT,
        text="Genf",
        confidence=0.9,
        decision="accept",
        model=ModelReference(name="text", version=3),
        elapsed_ms=4.5,
        by=by,
        received_at=datetime(2026, 1, 2, tzinfo=UTC),
        picture=hashlib.sha256(picture).hexdigest(),
    )


async def put(client: Client, reading: NewReading, picture: bytes = b"picture", id: str | None = None) -> int:
    client.be(reading.by, Role.USER)
    answer = await client.put(
        f"/readings/{id or reading.id}", files={"file": ("x", picture)}, data={"reading": reading.model_dump_json()}
    )
    return answer.status_code


async def test_a_reading_is_taken_once_with_its_picture(client: Client, settings: IngestionSettings) -> None:
    assert [await put(client, make_reading()) for _ in range(2)] == [201, 200]
    unsaid = {"correction": None, "withdrawn": None, "disagreements": []}
    shown = make_reading().model_dump(mode="json", exclude={"trial"}) | unsaid
    assert (await client.get("/readings/r-1")).json() == shown
    assert len((await client.get("/readings")).json()["items"]) == 1
    assert Blobs(Files(settings.store_url)).get(make_reading().picture) == b"picture"


async def test_a_reading_that_contradicts_itself_or_an_earlier_one_is_refused(client: Client) -> None:
    assert await put(client, make_reading(), picture=b"another") == 422
    assert await put(client, make_reading(), id="r-2") == 422
    answer = await client.put("/readings/r-1", files={"file": b"x"}, data={"reading": "{}"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert await put(client, make_reading()) == 201
    assert await put(client, make_reading(picture=b"other"), picture=b"other") == 409


async def test_people_see_their_own_and_reviewers_everybodys(client: Client) -> None:
    await put(client, make_reading("r-1", "ann"))
    await put(client, make_reading("r-2", "bob"))
    client.be("ann", Role.USER)
    assert [one["id"] for one in (await client.get("/readings", params={"by": "bob"})).json()["items"]] == ["r-1"]
    assert (await client.get("/readings/r-2")).status_code == 404
    client.be("rita", Role.REVIEWER)
    assert [one["id"] for one in (await client.get("/readings")).json()["items"]] == ["r-2", "r-1"]
    assert [one["id"] for one in (await client.get("/readings", params={"by": "ann"})).json()["items"]] == ["r-1"]
    assert (await client.get("/readings/r-2")).json()["by"] == "bob"


async def test_readings_come_in_pages(client: Client) -> None:
    for number in range(3):
        await put(client, make_reading(f"r-{number}"))
    first = (await client.get("/readings", params={"limit": 2})).json()
    rest = (await client.get("/readings", params={"limit": 2, "cursor": first["next"]})).json()
    assert [one["id"] for one in first["items"] + rest["items"]] == ["r-2", "r-1", "r-0"]
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"task": "text", "decision": "accept", "contains": "gen", "limit": 1}, ["r-2"]),
        ({"since": "2026-01-02T00:00:00", "until": "2026-01-03T00:00:00+01:00", "corrected": "false"}, ["r-2", "r-1"]),
        ({"writer": "w7"}, []),
        ({"document": "form 7"}, []),
        ({"corrected": "true"}, []),
        ({"cursor": str(2**63 - 1)}, ["r-2", "r-1"]),
    ],
)
async def test_a_list_of_readings_is_narrowed_by_what_is_asked(
    client: Client, asked: dict[str, str], found: list[str]
) -> None:
    await put(client, make_reading("r-1"))
    await put(client, make_reading("r-2"))
    assert [one["id"] for one in (await client.get("/readings", params=asked)).json()["items"]] == found


@pytest.mark.parametrize(
    "asked",
    [
        {"cursor": "x"}, {"cursor": str(2**63)}, {"cursor": "\0"}, {"cursor": "-1"}, {"cursor": "٣"}, {"limit": 0},
        {"by": "\0"}, {"document": "a\0"}, {"writer": "\0"}, {"contains": "\0"}, {"contains": "x" * 201},
        {"task": "page"}, {"decision": "reject"}, {"corrected": "perhaps"}, {"since": "yesterday"},
        {"until": "9999-12-31T23:59:59-05:00"}, {"author": "ann"},
    ],
)  # fmt: skip
async def test_a_list_that_cannot_be_asked_for_is_refused(client: Client, asked: dict[str, str]) -> None:
    answer = await client.get("/readings", params=asked)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert next(iter(asked)) in answer.json()["detail"]


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF\0\0\0\0WEBP", "image/webp"),
        (b"GIF89a", "image/gif"),
        (b"II*\0", "image/tiff"),
        (b"<html><script>", "application/octet-stream"),
        (b"<svg xmlns=", "application/octet-stream"),
    ],
)
async def test_the_picture_of_a_reading_comes_back_as_what_its_bytes_are(
    client: Client, start: bytes, kind: str
) -> None:
    await put(client, make_reading(picture=start), picture=start)
    answer = await client.get("/readings/r-1/picture")
    assert (answer.status_code, answer.content) == (200, start)
    assert (answer.headers["content-type"], answer.headers["x-content-type-options"]) == (kind, "nosniff")
    client.be("bob", Role.USER)
    assert (await client.get("/readings/r-1/picture")).status_code == 404
    client.be("rita", Role.REVIEWER)
    assert (await client.get("/readings/r-1/picture")).content == start


async def test_a_correction_and_its_withdrawal_are_shown(client: Client, settings: IngestionSettings) -> None:
    await put(client, make_reading())
    engine = open_engine(settings.state_url)
    journal = Journal(engine)
    journal.correct("r-1", "Gent", "rita")
    shown = (await client.get("/readings/r-1")).json()
    assert (shown["text"], shown["correction"]["text"], shown["correction"]["by"]) == ("Genf", "Gent", "rita")
    assert len((await client.get("/readings", params={"corrected": True})).json()["items"]) == 1
    journal.withdraw("r-1", "rita")
    shown = (await client.get("/readings/r-1")).json()
    assert (shown["correction"], shown["withdrawn"]["by"]) == (None, "rita")
    engine.dispose()


async def test_a_picture_over_the_limit_is_refused(client: Client, settings: IngestionSettings) -> None:
    big = b"x" * (settings.max_upload + 100_000)
    assert await put(client, make_reading(picture=big), picture=big) == 413


def test_the_migrations_make_the_table_that_the_journal_expects(settings: IngestionSettings) -> None:
    engine = open_engine(settings.state_url)
    migrate(engine, "services.ingestion")
    with engine.connect() as connection:
        options = {"include_object": lambda _, name, kind, *__: kind != "table" or name in KEPT}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []
    engine.dispose()
