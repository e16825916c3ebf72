"""API keys: whose they are, what they may be used for, and when they end."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from sqlalchemy import text

from longhand.contracts.accounts import NewApiKey, Scope
from longhand.servicekit.state import migrate, open_engine
from services.gateway.callers import Permit
from services.gateway.errors import KeyInvalid
from services.gateway.identity.audit import utc_now
from services.gateway.identity.keys import ApiKeys
from tests.gateway.conftest import World, bearer, make_settings, run_world

ANNA = {"name": "anna", "password": "a long password", "role": "reviewer"}
OPEN = {"/", "/docs", "/token", "/token/refresh", "/token/revoke", "/livez", "/readyz", "/metrics"}


async def make_key(world: World, name: str, *scopes: str) -> dict[str, str]:
    """The header of a new key."""
    made = await world.call(name, "POST", "/api-keys", json={"label": "x", "scopes": list(scopes)})
    return {"X-API-Key": made.raise_for_status().json()["key"]}


def permits(dependant: Dependant) -> Iterator[Permit]:
    """What a route asks of its caller."""
    if isinstance(dependant.call, Permit):
        yield dependant.call
    for further in dependant.dependencies:
        yield from permits(further)


def operations(app: FastAPI) -> Iterator[tuple[str, str, list[Permit]]]:
    """Method, address and permits of every route."""
    for route in iter_route_contexts(app.routes):
        if dependant := getattr(route, "dependant", None):
            for method in route.methods or ():
                yield method, str(route.path_format), list(permits(dependant))


async def test_every_route_but_the_door_asks_for_one_permit(world: World) -> None:
    found = list(operations(world.app))
    assert len(found) > 30
    assert {path for _, path, asked in found if not asked} == OPEN
    assert [(method, path) for method, path, asked in found if len(asked) > 1] == []


async def test_a_scope_to_read_opens_nothing_that_changes_something(world: World) -> None:
    changing = [(path, asked) for method, path, asked in operations(world.app) if method != "GET"]
    reading = {Scope.READ, Scope.ADMIN_READ}
    assert [path for path, asked in changing if reading & {permit.scope for permit in asked}] == []


async def test_no_route_is_opened_by_a_key_without_its_scope_and_none_by_a_key_where_a_person_is_needed(
    world: World,
) -> None:
    keys = {scope: await make_key(world, "admin1", *(set(Scope) - {scope})) for scope in Scope}
    everything = await make_key(world, "admin1", *Scope)
    for method, path, asked in operations(world.app):
        for permit in asked:
            headers = keys[permit.scope] if permit.scope else everything
            address = path.replace("{id}", "0" * 32).replace("{", "").replace("}", "")
            answer = await world.client.request(method, address, headers=headers, json={})
            assert (answer.status_code, answer.json()["code"]) == (403, "api_key_not_enough"), (method, path)


async def test_a_key_with_the_scope_may(world: World) -> None:
    calls = [
        ("read", "GET", "/readings", None),
        ("admin:read", "GET", "/models", None),
        ("admin:jobs", "POST", "/train", {"model": "text"}),
        ("admin:lexicons", "PUT", "/lexicons/towns", {"entries": ["Genf"]}),
        ("admin:models", "POST", "/models/text/promote", {"version": 2}),
        ("admin:users", "POST", "/users", ANNA),
    ]
    for scope, method, path, body in calls:
        headers = await make_key(world, "admin1", scope)
        assert (await world.client.request(method, path, headers=headers, json=body)).is_success, scope


async def test_a_key_reads_pictures_and_readings_where_nothing_is_said(world: World) -> None:
    made = (await world.call("admin1", "POST", "/api-keys", json={"label": "scanner"})).json()
    assert made["scopes"] == ["predict", "read"] and made["owner"] == "admin1"
    headers = {"X-API-Key": made["key"]}
    read = await world.client.post("/predict", files={"file": ("a.png", b"word")}, headers=headers)
    assert read.is_success and (await world.client.get("/readings", headers=headers)).is_success
    for method, path in (("GET", "/users"), ("POST", "/users"), ("POST", "/models/text/rollback")):
        assert (await world.client.request(method, path, headers=headers, json=ANNA)).status_code == 403


async def test_scopes_that_are_none_are_refused(world: World) -> None:
    for scopes in ([], ["root"], "read", ["predict", "admin:"]):
        answer = await world.call("admin1", "POST", "/api-keys", json={"label": "x", "scopes": scopes})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), scopes


async def test_only_an_admin_makes_a_key_for_administration(world: World) -> None:
    answer = await world.call("reviewer1", "POST", "/api-keys", json={"label": "x", "scopes": ["admin:users"]})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_an_admin_lists_and_revokes_everybodys_keys(world: World) -> None:
    headers = {name: await make_key(world, name, "read") for name in ("user1", "reviewer1", "admin1")}
    first = (await world.call("admin1", "GET", "/api-keys/all?limit=2")).json()
    second = (await world.call("admin1", "GET", f"/api-keys/all?limit=2&cursor={first['next']}")).json()
    keys = {key["owner"]: key for key in first["items"] + second["items"]}
    assert list(keys) == ["admin1", "reviewer1", "user1"] and second["next"] is None
    assert not any("key" in key or "hash" in key for key in keys.values())
    assert (await world.client.get("/users/me", headers=headers["user1"])).is_success
    assert (await world.call("admin1", "DELETE", f"/api-keys/{keys['user1']['id']}")).status_code == 204
    assert (await world.client.get("/users/me", headers=headers["user1"])).status_code == 401
    entry = (await world.call("admin1", "GET", "/audit?action=key.deleted")).json()["items"][0]
    assert (entry["by"], entry["detail"]) == ("admin1", "of user1")


@pytest.mark.parametrize("change", [{"password": "another password"}, {"active": False}], ids=["reset", "off"])
async def test_a_reset_or_switching_off_ends_keys_unless_it_says_not_to(
    world: World, change: dict[str, object]
) -> None:
    await world.call("admin1", "POST", "/users", json=ANNA)
    for revoke in (False, True):
        await world.call("admin1", "PATCH", "/users/anna", json={"active": True, "password": "a long password"})
        signed_in = bearer((await world.sign_in("anna", "a long password"))["access_token"])
        made = await world.client.post("/api-keys", json={"label": "x"}, headers=signed_in)
        key = {"X-API-Key": made.json()["key"]}
        await world.call("admin1", "PATCH", "/users/anna", json=change | {"revoke": revoke})
        session = await world.client.get("/users/me", headers=signed_in)
        assert session.is_success is (not revoke and "active" not in change)
        await world.call("admin1", "PATCH", "/users/anna", json={"active": True})
        assert (await world.client.get("/users/me", headers=key)).is_success is (not revoke)


async def test_an_id_that_is_none_is_refused(world: World) -> None:
    for id in ("%00", "a%00b", "%E2%80%AE", "x" * 12):
        for path in (f"/api-keys/{id}", f"/sessions/{id}"):
            assert (await world.call("user1", "DELETE", path)).status_code == 422, path


async def test_keys_from_before_scopes_keep_all_but_accounts_and_promotions(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/state.db")
    migrate(engine, "services.gateway")
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO api_keys (id, hash, name, label, created_at, expires_at) "
                "VALUES ('old', 'x', 'anna', 'scanner', '2026-01-01', '2027-01-01')"
            )
        )
    [key] = ApiKeys(engine).of("anna")
    assert set(Scope) - set(key.scopes) == {Scope.ADMIN_MODELS, Scope.ADMIN_USERS, Scope.CORRECT}
    engine.dispose()


async def test_an_api_key_acts_for_its_owner_and_is_shown_once(world: World) -> None:
    made = (await world.call("user1", "POST", "/api-keys", json={"label": "scanner"})).json()
    assert made["key"].startswith("lh_")
    for headers in ({"X-API-Key": made["key"]}, bearer(made["key"])):
        me = await world.client.get("/users/me", headers=headers)
        assert me.json()["name"] == "user1"
    listed = await world.call("user1", "GET", "/api-keys")
    assert [key["id"] for key in listed.json()] == [made["id"]]
    assert made["key"] not in listed.text and "hash" not in listed.text
    assert (await world.call("admin1", "GET", "/api-keys")).json() == []


async def test_the_database_holds_no_password_token_or_key(world: World) -> None:
    tokens = await world.sign_in("user1")
    key = (await world.call("user1", "POST", "/api-keys", json={"label": "scanner"})).json()["key"]
    files = b"".join(path.read_bytes() for path in world.gateway.settings.directory.glob("state.db*"))
    for secret in ("1resu", tokens["refresh_token"], tokens["access_token"], key, key.rpartition("_")[2]):
        assert secret.encode() not in files


async def test_a_deleted_key_opens_nothing(world: World) -> None:
    made = (await world.call("user1", "POST", "/api-keys", json={"label": "scanner"})).json()
    headers = {"X-API-Key": made["key"]}
    assert (await world.client.get("/users/me", headers=headers)).is_success
    not_mine = await world.call("reviewer1", "DELETE", f"/api-keys/{made['id']}")
    assert (not_mine.status_code, not_mine.json()["code"]) == (404, "unknown_api_key")
    assert (await world.call("user1", "DELETE", f"/api-keys/{made['id']}")).status_code == 204
    answer = await world.client.get("/users/me", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "api_key_invalid")


async def test_a_key_follows_its_owner(world: World) -> None:
    await world.call("admin1", "POST", "/users", json=ANNA | {"role": "admin"})
    signed_in = bearer((await world.sign_in("anna", ANNA["password"]))["access_token"])
    new = {"label": "x", "scopes": ["read", "admin:read"]}
    made = (await world.client.post("/api-keys", json=new, headers=signed_in)).json()
    headers = {"X-API-Key": made["key"]}
    assert (await world.client.get("/jobs", headers=headers)).is_success
    await world.call("admin1", "PATCH", "/users/anna", json={"role": "user"})
    assert (await world.client.get("/jobs", headers=headers)).status_code == 403
    await world.call("admin1", "PATCH", "/users/anna", json={"active": False, "revoke": False})
    assert (await world.client.get("/users/me", headers=headers)).status_code == 401
    await world.call("admin1", "PATCH", "/users/anna", json={"active": True})
    assert (await world.client.get("/users/me", headers=headers)).is_success
    await world.call("admin1", "DELETE", "/users/anna")
    assert (await world.client.get("/users/me", headers=headers)).status_code == 401


async def test_a_key_cannot_make_keys(world: World) -> None:
    made = (await world.call("user1", "POST", "/api-keys", json={"label": "scanner"})).json()
    answer = await world.client.post("/api-keys", json={"label": "more"}, headers={"X-API-Key": made["key"]})
    assert (answer.status_code, answer.json()["code"]) == (403, "api_key_not_enough")


async def test_when_a_key_was_used_is_noted(tmp_path: Path) -> None:
    async with run_world(make_settings(tmp_path, revocation_seconds=0.05)) as world:
        made = (await world.call("user1", "POST", "/api-keys", json={"label": "scanner"})).json()
        assert (await world.call("user1", "GET", "/api-keys")).json()[0]["last_used_at"] is None
        await world.client.get("/users/me", headers={"X-API-Key": made["key"]})
        async with asyncio.timeout(10):
            while not (await world.call("user1", "GET", "/api-keys")).json()[0]["last_used_at"]:
                await asyncio.sleep(0.05)


async def test_a_key_expires(world: World) -> None:
    engine = open_engine(world.gateway.settings.state_url)
    early = ApiKeys(engine, lambda: datetime(2020, 1, 1, tzinfo=UTC))
    made = early.add("user1", NewApiKey(label="old", days=1))
    assert early.owner(made.key).name == "user1"
    with pytest.raises(KeyInvalid):
        ApiKeys(engine, utc_now).owner(made.key)
    engine.dispose()
