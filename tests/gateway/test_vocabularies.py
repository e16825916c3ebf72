"""A person's vocabulary: kept by ingestion, given to prediction with each of the person's readings."""

import asyncio
from hashlib import sha256

import pytest

from longhand.contracts.accounts import Role
from longhand.servicekit.tokens import Caller
from services.gateway.forwarding.vocabularies import Vocabularies
from tests.gateway.conftest import World

DIGEST = sha256("1\tMüller".encode()).hexdigest()
ANN = Caller("ann", Role.USER)


async def test_who_corrected_nothing_is_read_without(world: World) -> None:
    assert (await world.predict()).status_code == 200
    assert world.prediction.recalled == [(None, None)]


async def test_words_are_sent_once_and_then_known_by_their_digest(world: World) -> None:
    world.ingestion.words["user1"] = ["Müller"]
    for _ in range(2):
        assert (await world.predict()).status_code == 200
    assert world.prediction.recalled == [(DIGEST, None), (DIGEST, "1\tMüller"), (DIGEST, None)]
    assert world.ingestion.words_asked == ["digest", "text"]


async def test_nobody_else_is_read_with_them(world: World) -> None:
    world.ingestion.words["user1"] = ["Müller"]
    await world.call("reviewer1", "POST", "/predict", files={"file": ("a.png", b"Genf")})
    assert world.prediction.recalled == [(None, None)]


@pytest.mark.parametrize("fields", [{"task": "character"}, {"charset": "digits"}, {"candidates": '["Genf"]'}])
async def test_where_no_free_text_is_asked_for_they_are_left_out(world: World, fields: dict[str, str]) -> None:
    world.ingestion.words["user1"] = ["Müller"]
    assert (await world.predict(data=fields)).status_code == 200
    assert (world.prediction.recalled, world.ingestion.words_asked) == ([(None, None)], [])


async def test_a_person_lists_their_words_and_empties_them_and_the_next_reading_knows(world: World) -> None:
    world.ingestion.words["user1"] = ["Müller", "Genf"]
    await world.predict()
    listed = (await world.call("user1", "GET", "/users/me/vocabulary")).json()["items"]
    assert [one["word"] for one in listed] == ["Müller", "Genf"]
    assert (await world.call("user1", "DELETE", "/users/me/vocabulary/Genf")).status_code == 204
    await world.predict()
    assert world.prediction.recalled[-1][0] == DIGEST
    assert (await world.call("user1", "DELETE", "/users/me/vocabulary")).status_code == 204
    await world.predict()
    assert world.prediction.recalled[-1] == (None, None)


async def test_a_reading_never_fails_for_them(world: World) -> None:
    world.ingestion.words["user1"] = ["Müller"]
    await world.predict()
    world.ingestion.away = True
    world.prediction.vocabularies.clear()
    assert (await world.predict(data={"keep": "false"})).status_code == 200
    assert world.prediction.recalled[-2:] == [(DIGEST, None), (None, None)]


async def test_while_ingestion_is_away_or_slow_what_is_known_counts(world: World) -> None:
    world.ingestion.words["ann"] = ["Müller"]
    known, hurried = Vocabularies(world.gateway.ingestion, 0, 60), Vocabularies(world.gateway.ingestion, 0, 0.05)
    assert await known.digest(ANN) == DIGEST
    world.ingestion.slow = 30
    assert await hurried.digest(ANN) is None
    world.ingestion.away = True
    assert await known.digest(ANN) == DIGEST


async def test_what_was_asked_before_a_correction_is_not_believed_after_it(world: World) -> None:
    known = Vocabularies(world.gateway.ingestion, 60, 60)
    world.ingestion.slow = 0.1
    before = asyncio.create_task(known.digest(ANN))
    while "digest" not in world.ingestion.words_asked:
        await asyncio.sleep(0.005)
    known.forget("ann")
    assert await before is None
    world.ingestion.words["ann"] = ["Müller"]
    assert await known.digest(ANN) == DIGEST
