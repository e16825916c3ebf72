"""Signing in, staying signed in, signing out; and every token that must not pass."""

import base64
import json
import time
from pathlib import Path
from typing import Any

import pytest
from jose import jwt

from longhand.servicekit.keys import create_keys
from longhand.servicekit.tokens import Signer
from tests.gateway.conftest import World, bearer, make_settings, run_world


async def test_a_person_signs_in_and_is_known(world: World) -> None:
    tokens = await world.sign_in("user1")
    assert tokens["token_type"] == "bearer" and tokens["expires_in"] == 900
    me = await world.client.get("/users/me", headers=bearer(tokens["access_token"]))
    assert (me.status_code, me.json()["name"], me.json()["role"]) == (200, "user1", "user")


async def test_an_access_token_is_es256_and_names_everything(world: World) -> None:
    token = (await world.sign_in("user1"))["access_token"]
    assert jwt.get_unverified_header(token)["alg"] == "ES256"
    claims = jwt.get_unverified_claims(token)
    assert {"exp", "aud", "iss", "sub", "jti"} <= claims.keys()
    assert claims["exp"] - claims["iat"] == 900


@pytest.mark.parametrize(
    ("name", "password"),
    [("user1", "wrong"), ("nobody", "1resu"), ("", "1resu"), ("user1", "x" * 5000)],
)
async def test_a_wrong_name_or_password_is_refused_in_the_same_words(world: World, name: str, password: str) -> None:
    answer = await world.client.post("/token", data={"username": name, "password": password})
    if name:
        assert (answer.status_code, answer.json()["code"]) == (401, "wrong_password")
        assert answer.headers["www-authenticate"] == "Bearer"
    else:
        assert answer.status_code == 422


async def test_a_form_without_a_password_is_refused(world: World) -> None:
    answer = await world.client.post("/token", data={"username": "user1"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert answer.headers["content-type"] == "application/problem+json"


async def test_guessing_a_password_is_slowed_down(world: World) -> None:
    wrong = {"username": "user1", "password": "wrong"}
    for _ in range(5):
        assert (await world.client.post("/token", data=wrong)).status_code == 401
    answer = await world.client.post("/token", data={"username": "user1", "password": "1resu"})
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_attempts")
    assert 0 < int(answer.headers["retry-after"]) <= 300
    assert (await world.client.post("/token", data={"username": "admin1", "password": "1nimda"})).is_success


async def test_no_token_is_refused_with_a_way_in(world: World) -> None:
    answer = await world.client.get("/users/me")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (401, "unauthenticated")
    assert "POST /token" in problem["detail"] and problem["request_id"] == answer.headers["x-request-id"]


def unsigned(claims: dict[str, Any]) -> str:
    """A token with `alg: none`."""
    parts = [{"alg": "none", "typ": "JWT"}, claims]
    coded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    return ".".join([*coded, ""])


async def test_tokens_that_lack_something_or_come_from_elsewhere_are_refused(world: World, tmp_path: Path) -> None:
    key = world.gateway.settings.private_key.read_bytes()
    good = jwt.get_unverified_claims((await world.sign_in("user1"))["access_token"])
    create_keys(tmp_path / "foreign")
    foreign = (tmp_path / "foreign" / "gateway.pem").read_bytes()
    late = good | {"exp": int(time.time()) - 1}
    bad = {
        "without exp": jwt.encode({k: v for k, v in good.items() if k != "exp"}, key, "ES256"),
        "without aud": jwt.encode({k: v for k, v in good.items() if k != "aud"}, key, "ES256"),
        "without iss": jwt.encode({k: v for k, v in good.items() if k != "iss"}, key, "ES256"),
        "without sub": jwt.encode({k: v for k, v in good.items() if k != "sub"}, key, "ES256"),
        "without jti": jwt.encode({k: v for k, v in good.items() if k != "jti"}, key, "ES256"),
        "without session": jwt.encode({k: v for k, v in good.items() if k != "sid"}, key, "ES256"),
        "for a service behind": Signer(key).sign("user1", "user", "prediction", 60, sid="x"),
        "foreign": jwt.encode(good, foreign, "ES256"),
        "unsigned": unsigned(good | {"role": "admin"}),
        "by a shared secret": jwt.encode(good, "secret", "HS256"),
        "a role that is none": jwt.encode(good | {"role": "root"}, key, "ES256"),
        "no token at all": "abc",
    }
    assert (await world.client.get("/users/me", headers=bearer(jwt.encode(good, key, "ES256")))).is_success
    for what, token in bad.items():
        answer = await world.client.get("/users/me", headers=bearer(token))
        assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid"), what
    expired = await world.client.get("/users/me", headers=bearer(jwt.encode(late, key, "ES256")))
    assert (expired.status_code, expired.json()["code"]) == (401, "token_expired")


async def test_a_token_that_was_good_stops_at_its_time(tmp_path: Path) -> None:
    async with run_world(make_settings(tmp_path, access_minutes=1.5 / 60)) as world:
        headers = bearer((await world.sign_in("user1"))["access_token"])
        assert (await world.client.get("/users/me", headers=headers)).is_success
        time.sleep(2.1)
        assert (await world.client.get("/users/me", headers=headers)).json()["code"] == "token_expired"


async def test_a_refresh_token_buys_the_next_tokens(world: World) -> None:
    first = await world.sign_in("user1")
    answer = await world.client.post("/token/refresh", data={"refresh_token": first["refresh_token"]})
    second = answer.json()
    assert answer.is_success and second["refresh_token"] != first["refresh_token"]
    assert (await world.client.get("/users/me", headers=bearer(second["access_token"]))).is_success
    third = await world.client.post("/token/refresh", data={"refresh_token": second["refresh_token"]})
    assert third.is_success


async def test_a_spent_refresh_token_closes_its_whole_session(world: World) -> None:
    first = await world.sign_in("user1")
    other = await world.sign_in("user1")
    spent = {"refresh_token": first["refresh_token"]}
    second = (await world.client.post("/token/refresh", data=spent)).json()
    stolen = await world.client.post("/token/refresh", data=spent)
    assert (stolen.status_code, stolen.json()["code"]) == (401, "refresh_token_reused")
    after = await world.client.post("/token/refresh", data={"refresh_token": second["refresh_token"]})
    assert (after.status_code, after.json()["code"]) == (401, "refresh_token_invalid")
    for token in (first["access_token"], second["access_token"]):
        assert (await world.client.get("/users/me", headers=bearer(token))).json()["code"] == "token_revoked"
    assert (await world.client.get("/users/me", headers=bearer(other["access_token"]))).is_success
    audit = (await world.call("admin1", "GET", "/audit")).json()["items"]
    assert "session.stolen" in [entry["action"] for entry in audit]


async def test_a_session_opened_while_its_account_was_switched_off_is_not_refreshed(world: World) -> None:
    await world.call("admin1", "PATCH", "/users/user1", json={"active": False})
    session = world.gateway.sessions.open("user1")
    answer = await world.client.post("/token/refresh", data={"refresh_token": session.refresh_token})
    assert (answer.status_code, answer.json()["code"]) == (401, "refresh_token_invalid")


async def test_refused_sign_ins_and_sign_outs_are_in_the_audit_log_and_no_name_that_is_nobodys(world: World) -> None:
    for name in ("my password", "user1"):
        refused = await world.client.post("/token", data={"username": name, "password": "another"})
        assert refused.status_code == 401
    tokens = await world.sign_in("user1")
    for _ in range(2):
        await world.client.post("/token/revoke", data={"token": tokens["refresh_token"]})

    async def noted() -> list[tuple[str, str]]:
        entries = (await world.call("admin1", "GET", "/audit")).json()["items"]
        return sorted((one["by"], one["action"]) for one in entries if one["by"] != "admin1")

    expected = [("user1", "session.left"), ("user1", "session.opened"), ("user1", "session.refused")]
    deadline = time.monotonic() + 10
    while await noted() != expected:
        assert time.monotonic() < deadline


async def test_an_unknown_refresh_token_buys_nothing(world: World) -> None:
    answer = await world.client.post("/token/refresh", data={"refresh_token": "lhr_made-up"})
    assert (answer.status_code, answer.json()["code"]) == (401, "refresh_token_invalid")


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
async def test_signing_out_voids_both_tokens(world: World, which: str) -> None:
    tokens = await world.sign_in("user1")
    assert (await world.client.post("/token/revoke", data={"token": tokens[which]})).status_code == 204
    me = await world.client.get("/users/me", headers=bearer(tokens["access_token"]))
    assert (me.status_code, me.json()["code"]) == (401, "token_revoked")
    again = await world.client.post("/token/refresh", data={"refresh_token": tokens["refresh_token"]})
    assert again.status_code == 401


@pytest.mark.parametrize("token", ["nothing", "lhr_nothing", "lh_no_key"])
async def test_signing_out_with_a_token_that_opens_nothing_is_no_error(world: World, token: str) -> None:
    assert (await world.client.post("/token/revoke", data={"token": token})).status_code == 204


async def test_signing_out_is_known_to_other_replicas_soon(tmp_path: Path) -> None:
    quick = {"revocation_seconds": 0.1}
    first = make_settings(tmp_path, **quick)
    second = make_settings(tmp_path, outbox=tmp_path / "outbox2", **quick)
    async with run_world(first) as here, run_world(second) as there:
        tokens = await here.sign_in("user1")
        headers = bearer(tokens["access_token"])
        assert (await there.client.get("/users/me", headers=headers)).is_success
        await here.client.post("/token/revoke", data={"token": tokens["refresh_token"]})
        deadline = time.monotonic() + 10
        while (await there.client.get("/users/me", headers=headers)).is_success:
            assert time.monotonic() < deadline
        answer = await there.client.get("/users/me", headers=headers)
        assert answer.json()["code"] == "token_revoked"


async def test_a_closed_session_stays_closed_after_a_restart(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    async with run_world(settings) as world:
        tokens = await world.sign_in("user1")
        await world.client.post("/token/revoke", data={"token": tokens["refresh_token"]})
    async with run_world(settings) as world:
        answer = await world.client.get("/users/me", headers=bearer(tokens["access_token"]))
        assert answer.json()["code"] == "token_revoked"
