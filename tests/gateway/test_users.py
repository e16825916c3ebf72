"""Accounts, API keys, the audit log, and who may do what."""

from pathlib import Path

import pytest
from sqlalchemy import inspect

from longhand.servicekit.state import migrate, open_engine
from services.gateway.tables import metadata, users
from tests.gateway.conftest import World, bearer

ANNA = {"name": "anna", "password": "a long password", "role": "reviewer"}


async def test_an_admin_makes_an_account_that_can_sign_in(world: World) -> None:
    made = await world.call("admin1", "POST", "/users", json=ANNA)
    assert (made.status_code, made.json()["role"]) == (201, "reviewer")
    assert "password" not in made.text
    tokens = await world.sign_in("anna", ANNA["password"])
    me = await world.client.get("/users/me", headers=bearer(tokens["access_token"]))
    assert me.json()["name"] == "anna"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "Anna!"},
        {"name": "../etc"},
        {"password": "short"},
        {"role": "king"},
        {"surname": "x"},
        {"name": None},
    ],
)
async def test_an_account_that_is_not_well_formed_is_refused(world: World, wrong: dict[str, str]) -> None:
    answer = await world.call("admin1", "POST", "/users", json=ANNA | wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert answer.json()["errors"][0]["loc"] == ["body", *wrong]


async def test_a_name_is_given_once_even_after_its_account_is_gone(world: World) -> None:
    await world.call("admin1", "POST", "/users", json=ANNA)
    again = await world.call("admin1", "POST", "/users", json=ANNA)
    assert (again.status_code, again.json()["code"]) == (409, "name_taken")
    assert (await world.call("admin1", "DELETE", "/users/anna")).status_code == 204
    assert (await world.call("admin1", "POST", "/users", json=ANNA)).status_code == 409
    assert (await world.call("admin1", "DELETE", "/users/anna")).json()["code"] == "unknown_user"


async def test_accounts_are_listed_by_page(world: World) -> None:
    first = (await world.call("admin1", "GET", "/users?limit=2")).json()
    assert [user["name"] for user in first["items"]] == ["admin1", "reviewer1"]
    second = (await world.call("admin1", "GET", f"/users?limit=2&cursor={first['next']}")).json()
    assert [user["name"] for user in second["items"]] == ["user1"] and second["next"] is None


@pytest.mark.parametrize(
    "change", [{"active": False}, {"role": "user"}, {"password": "another password"}], ids=lambda c: next(iter(c))
)
async def test_a_change_closes_the_sessions_of_the_account(world: World, change: dict[str, object]) -> None:
    await world.call("admin1", "POST", "/users", json=ANNA)
    tokens = await world.sign_in("anna", ANNA["password"])
    changed = await world.call("admin1", "PATCH", "/users/anna", json=change)
    assert changed.is_success
    me = await world.client.get("/users/me", headers=bearer(tokens["access_token"]))
    assert me.json()["code"] == "token_revoked"
    refreshed = await world.client.post("/token/refresh", data={"refresh_token": tokens["refresh_token"]})
    assert refreshed.status_code == 401


async def test_an_account_switched_off_cannot_sign_in_until_it_is_on_again(world: World) -> None:
    form = {"username": "user1", "password": "1resu"}
    await world.call("admin1", "PATCH", "/users/user1", json={"active": False})
    assert (await world.client.post("/token", data=form)).status_code == 401
    await world.call("admin1", "PATCH", "/users/user1", json={"active": True})
    assert (await world.client.post("/token", data=form)).is_success


async def test_the_last_admin_stays(world: World) -> None:
    for answer in (
        await world.call("admin1", "DELETE", "/users/admin1"),
        await world.call("admin1", "PATCH", "/users/admin1", json={"role": "user"}),
        await world.call("admin1", "PATCH", "/users/admin1", json={"active": False}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "last_admin")
    assert (await world.call("admin1", "GET", "/users/me")).is_success


async def test_a_change_of_nobody_or_nothing(world: World) -> None:
    nobody = await world.call("admin1", "PATCH", "/users/nobody", json={"active": False})
    assert (nobody.status_code, nobody.json()["code"]) == (404, "unknown_user")
    assert (await world.call("admin1", "PATCH", "/users/user1", json={})).json()["active"]


ADMINS = [
    ("GET", "/users"),
    ("POST", "/users"),
    ("PATCH", "/users/user1"),
    ("DELETE", "/users/user1"),
    ("GET", "/audit"),
    ("POST", "/ingest"),
    ("POST", "/train"),
    ("GET", "/jobs"),
    ("GET", "/jobs/ing-1"),
    ("GET", "/jobs/ing-1/events"),
    ("GET", "/jobs/ing-1/log"),
    ("POST", "/jobs/ing-1/cancel"),
    ("GET", "/models"),
    ("GET", "/models/text"),
    ("GET", "/models/text/1"),
    ("POST", "/models/text/promote"),
    ("GET", "/models/text/2/gate"),
    ("POST", "/models/text/2/gate"),
    ("POST", "/models/text/rollback"),
    ("GET", "/models/text/personal"),
    ("PUT", "/models/text/personal/user1"),
    ("GET", "/datasets"),
    ("GET", "/datasets/abc"),
    ("GET", "/api-keys/all"),
    ("PUT", "/lexicons/towns"),
    ("GET", "/lexicons/towns"),
    ("DELETE", "/lexicons/towns"),
]


@pytest.mark.parametrize("name", ["user1", "reviewer1"])
async def test_what_is_for_admins_is_refused_to_others(world: World, name: str) -> None:
    bodies = {
        "/users": ANNA, "/users/user1": {}, "/ingest": {"dataset": "digits"}, "/models/text/promote": {"version": 1},
        "/models/text/personal/user1": {"version": 1},
    }  # fmt: skip
    for method, path in ADMINS:
        answer = await world.call(name, method, path, json=bodies.get(path))
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), (method, path)
        assert "admin" in answer.json()["detail"]
    assert not world.ingestion.jobs and not world.training.jobs


async def test_everything_but_the_door_needs_a_caller(world: World) -> None:
    others = [("POST", "/predict"), ("GET", "/readings"), ("GET", "/readings/1"), ("GET", "/api-keys")]
    for method, path in [*ADMINS, *others]:
        assert (await world.client.request(method, path)).status_code in (401, 422), (method, path)
        wrong = await world.client.request(method, path, headers={"X-API-Key": "lh_1_2"}, json={})
        assert wrong.status_code in (401, 422)
    assert (await world.client.get("/users/me", headers={"Authorization": "Basic dXNlcjE6MXJlc3U="})).status_code == 401


async def test_the_audit_log_tells_who_did_what_and_no_secret(world: World) -> None:
    await world.call("admin1", "POST", "/users", json=ANNA)
    await world.call("admin1", "PATCH", "/users/anna", json={"password": "another password", "active": True})
    await world.call("admin1", "POST", "/train", json={"model": "text"})
    await world.call("admin1", "POST", "/ingest", json={"dataset": "digits"})
    await world.call("admin1", "POST", "/models/text/promote", json={"version": 2})
    answer = await world.call("admin1", "GET", "/audit?limit=5")
    page = answer.json()
    found = [(entry["by"], entry["action"], entry["subject"]) for entry in page["items"]]
    assert found == [
        ("admin1", "model.promoted", "text"),
        ("admin1", "job.submitted", "ing-0000"),
        ("admin1", "job.submitted", "trn-0000"),
        ("admin1", "user.changed", "anna"),
        ("admin1", "user.created", "anna"),
    ]
    assert "password" not in answer.text.replace("password changed", "")
    older = (await world.call("admin1", "GET", f"/audit?limit=5&cursor={page['next']}")).json()
    assert [entry["action"] for entry in older["items"]] == ["session.opened"] and older["next"] is None
    assert (await world.call("admin1", "GET", "/audit?cursor=abc")).status_code == 422


def test_migrations_make_the_tables_that_the_code_uses(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/state.db")
    migrate(engine, "services.gateway")
    found = inspect(engine)
    for table in metadata.sorted_tables:
        columns = {column["name"]: column["nullable"] for column in found.get_columns(table.name)}
        assert columns == {column.name: bool(column.nullable) for column in table.columns}, table.name
        indexed = {tuple(index["column_names"]) for index in found.get_indexes(table.name)}
        assert indexed == {tuple(column.name for column in index.columns) for index in table.indexes}
    assert users.name in found.get_table_names()
    engine.dispose()
