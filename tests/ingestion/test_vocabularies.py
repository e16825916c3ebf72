"""A person's vocabulary over HTTP: their own, and nobody else's."""

from collections.abc import AsyncIterator
from hashlib import sha256

import pytest

from longhand.contracts.accounts import Role
from longhand.samples.vocabularies import Vocabularies
from longhand.servicekit.state import open_engine
from services.ingestion.app import create_app
from services.ingestion.settings import IngestionSettings
from tests.service import Client, calling


@pytest.fixture
async def client(settings: IngestionSettings) -> AsyncIterator[Client]:
    async with calling(create_app(settings), settings.var, "ingestion") as client:
        engine = open_engine(settings.state_url)
        with engine.begin() as connection:
            Vocabularies.learn(connection, "ann", "Bad Elster")
            Vocabularies.learn(connection, "ann", "Müller Elster")
            Vocabularies.learn(connection, "rita", "Genf")
        engine.dispose()
        yield client.be("ann", Role.USER)


async def words(client: Client) -> list[tuple[str, int]]:
    return [(one["word"], one["count"]) for one in (await client.get("/vocabulary")).json()["items"]]


async def test_words_are_listed_in_pages_the_newest_first(client: Client) -> None:
    assert await words(client) == [("Elster", 2), ("Müller", 1), ("Bad", 1)]
    first = (await client.get("/vocabulary?limit=2")).json()
    rest = (await client.get(f"/vocabulary?limit=2&cursor={first['next']}")).json()
    assert [one["word"] for one in first["items"] + rest["items"]] == ["Elster", "Müller", "Bad"]
    assert rest["next"] is None
    assert (await client.get("/vocabulary?cursor=x")).status_code == 422


async def test_the_digest_is_that_of_the_text(client: Client) -> None:
    text = await client.get("/vocabulary/text")
    assert text.text == "2\tElster\n1\tMüller\n1\tBad"
    assert (await client.get("/vocabulary/digest")).json() == {"digest": sha256(text.content).hexdigest(), "count": 3}


async def test_words_can_be_deleted_one_by_one_or_all_and_others_stay(client: Client) -> None:
    assert (await client.delete("/vocabulary/M%C3%BCller")).status_code == 204
    gone = await client.delete("/vocabulary/Müller")
    assert (gone.status_code, gone.json()["code"]) == (404, "unknown_word")
    assert await words(client) == [("Elster", 2), ("Bad", 1)]
    assert (await client.delete("/vocabulary")).status_code == 204
    assert (await client.get("/vocabulary/digest")).json() == {"digest": None, "count": 0}
    assert await words(client.be("rita", Role.USER)) == [("Genf", 1)]
