"""People see and end their own sessions, and change their own password."""

import pytest

from tests.gateway.conftest import PASSWORDS, World, bearer

NEW = "a new long password"


async def signed_in(world: World, password: str | None = None) -> dict[str, str]:
    return bearer((await world.sign_in("user1", password))["access_token"])


async def test_a_person_sees_where_they_are_signed_in_newest_first(world: World) -> None:
    for _ in range(3):
        headers = await signed_in(world)
    await world.sign_in("reviewer1")
    first = (await world.client.get("/sessions?limit=2", headers=headers)).json()
    second = (await world.client.get(f"/sessions?limit=2&cursor={first['next']}", headers=headers)).json()
    found = first["items"] + second["items"]
    assert [one["current"] for one in found] == [True, False, False] and second["next"] is None
    assert len({one["id"] for one in found}) == 3
    assert [one["opened_at"] for one in found] == sorted((one["opened_at"] for one in found), reverse=True)
    assert {one["address"] for one in found} == {"127.0.0.1"}


async def test_a_session_that_is_refreshed_was_used(world: World) -> None:
    tokens = await world.sign_in("user1")
    headers = bearer(tokens["access_token"])
    [before] = (await world.client.get("/sessions", headers=headers)).json()["items"]
    await world.client.post("/token/refresh", data={"refresh_token": tokens["refresh_token"]})
    [after] = (await world.client.get("/sessions", headers=headers)).json()["items"]
    assert before["used_at"] == before["opened_at"] == after["opened_at"] < after["used_at"]


async def test_a_person_ends_their_own_sessions_and_nobody_elses(world: World) -> None:
    one, other = await signed_in(world), await signed_in(world)
    listed = (await world.client.get("/sessions", headers=one)).json()["items"]
    id = next(session["id"] for session in listed if not session["current"])
    not_mine = await world.call("admin1", "DELETE", f"/sessions/{id}")
    assert (not_mine.status_code, not_mine.json()["code"]) == (404, "unknown_session")
    assert (await world.client.delete(f"/sessions/{id}", headers=one)).status_code == 204
    assert (await world.client.get("/users/me", headers=other)).json()["code"] == "token_revoked"
    assert (await world.client.delete(f"/sessions/{id}", headers=one)).status_code == 404
    assert len((await world.client.get("/sessions", headers=one)).json()["items"]) == 1


async def test_a_person_changes_their_password_and_their_other_sessions_end(world: World) -> None:
    here, elsewhere = await signed_in(world), await signed_in(world)
    key = (await world.client.post("/api-keys", json={"label": "x"}, headers=here)).json()["key"]
    body = {"current": PASSWORDS["user1"], "new": NEW}
    assert (await world.client.put("/users/me/password", json=body, headers=here)).status_code == 204
    assert (await world.client.get("/users/me", headers=here)).is_success
    assert (await world.client.get("/users/me", headers=elsewhere)).json()["code"] == "token_revoked"
    assert (await world.client.get("/users/me", headers={"X-API-Key": key})).is_success
    old = {"username": "user1", "password": PASSWORDS["user1"]}
    assert (await world.client.post("/token", data=old)).status_code == 401
    await world.sign_in("user1", NEW)
    actions = [entry["action"] for entry in (await world.call("admin1", "GET", "/audit?by=user1")).json()["items"]]
    assert "password.changed" in actions


async def test_the_current_password_cannot_be_guessed(world: World) -> None:
    headers = await signed_in(world)
    for _ in range(5):
        wrong = await world.client.put("/users/me/password", json={"current": "x", "new": NEW}, headers=headers)
        assert (wrong.status_code, wrong.json()["code"]) == (403, "wrong_current_password")
    body = {"current": PASSWORDS["user1"], "new": NEW}
    answer = await world.client.put("/users/me/password", json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_attempts")


@pytest.mark.parametrize("new", ["short", " " * 12, "\u2003" * 12, "a\0 long password", "a long pass\u200bword"])
async def test_a_password_that_is_none_is_refused(world: World, new: str) -> None:
    headers = await signed_in(world)
    body = {"current": PASSWORDS["user1"], "new": new}
    answer = await world.client.put("/users/me/password", json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    made = {"name": "anna", "password": new}
    assert (await world.call("admin1", "POST", "/users", json=made)).status_code == 422
    assert (await world.call("admin1", "PATCH", "/users/user1", json={"password": new})).status_code == 422
