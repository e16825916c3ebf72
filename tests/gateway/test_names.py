"""What cannot be seen is refused wherever somebody gives a name, and the error says which character it is."""

import json

import pytest

from longhand.contracts.names import check_seen, name_of
from tests.gateway.conftest import World

UNSEEN = {
    "\0": "U+0000 NULL",
    "\x07": "U+0007 CONTROL CHARACTER",
    "\x1b": "U+001B ESCAPE",
    "\u00ad": "U+00AD SOFT HYPHEN",
    "\u200b": "U+200B ZERO WIDTH SPACE",
    "\u200d": "U+200D ZERO WIDTH JOINER",
    "\u202e": "U+202E RIGHT-TO-LEFT OVERRIDE",
    "\u2067": "U+2067 RIGHT-TO-LEFT ISOLATE",
    "\ufeff": "U+FEFF ZERO WIDTH NO-BREAK SPACE",
    "\U000e0041": "U+E0041 TAG LATIN CAPITAL LETTER A",
}


@pytest.mark.parametrize("character", UNSEEN)
def test_what_cannot_be_seen_is_refused_by_its_unicode_name(character: str) -> None:
    assert name_of(character) == UNSEEN[character]
    with pytest.raises(ValueError, match=f"character 3 is {UNSEEN[character].replace('+', '.')}"):
        check_seen(f"ab{character}c")


def test_what_people_write_passes() -> None:
    for name in ("Scanner, room 4", "Crèche für Größen – œuvre", "名前", "a\u0301", "№ 7 “Süd”"):
        assert check_seen(name) == name


async def test_every_free_name_is_checked_where_it_comes_in(world: World) -> None:
    for character, name in UNSEEN.items():
        text = f"ab{character}c"
        answers = [
            await world.call("user1", "POST", "/api-keys", json={"label": text}),
            await world.call("admin1", "POST", "/users", json={"name": "anna", "password": text * 4}),
            await world.predict(data={"name": text}),
            await world.predict(data={"document": text}),
            await world.predict(data={"writer": text}),
            await world.predict(data={"candidates": json.dumps([text])}),
        ]
        for answer in answers:
            assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
            assert name.removeprefix("U+0000 NULL") in answer.json()["detail"]  # refused before anybody looks at names
        named = await world.call("admin1", "POST", "/users", json={"name": text, "password": "a long password"})
        assert named.status_code == 422
    assert not world.prediction.read


async def test_nobody_is_called_me(world: World) -> None:
    answer = await world.call("admin1", "POST", "/users", json={"name": "me", "password": "a long password"})
    assert answer.status_code == 422 and "choose another name" in answer.json()["detail"]


async def test_a_cursor_that_no_page_gave_is_refused(world: World) -> None:
    for path in ("/users", "/api-keys/all", "/sessions", "/jobs", "/audit", "/lexicons"):
        for cursor in ("%00", "a%00b", "%E2%80%AE"):
            answer = await world.call("admin1", "GET", f"{path}?cursor={cursor}")
            assert answer.status_code == 422, (path, cursor)


async def test_the_audit_log_refuses_what_no_database_takes(world: World) -> None:
    for query in ("by=%00", "action=a%00", "subject=%00", "since=0001-01-01T00:00:00%2B14:00", "cursor=2147483648"):
        assert (await world.call("admin1", "GET", f"/audit?{query}")).status_code == 422, query


async def test_a_token_with_a_null_in_it_is_refused(world: World) -> None:
    for token in ("lh_a\0b_c", "lhr_\0", "\0"):
        assert (await world.client.post("/token/revoke", data={"token": token})).status_code == 422
        assert (await world.client.post("/token/refresh", data={"refresh_token": token})).status_code == 422
