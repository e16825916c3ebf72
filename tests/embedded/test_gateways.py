"""Two gateways on one PostgreSQL: what is counted and remembered there holds for both."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.databases import postgres
from tests.gateway.conftest import World, make_settings, run_world
from tests.gateway.test_shared import spend_one_rate, two_gateways


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres() as url:
        yield url


@pytest.fixture
def database(server: str) -> str:
    name = f"gateway_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server.replace("/postgres", f"/{name}")


@pytest.fixture
async def pair(database: str, tmp_path: Path) -> AsyncIterator[tuple[World, World]]:
    async with two_gateways(tmp_path, state_url=database) as worlds:
        yield worlds


async def guess(world: World, password: str = "wrong") -> int:
    return (await world.client.post("/token", data={"username": "user1", "password": password})).status_code


async def test_five_guesses_in_all_also_at_once_and_after_a_restart(
    pair: tuple[World, World], database: str, tmp_path: Path
) -> None:
    found = await asyncio.gather(*(guess(world) for _ in range(6) for world in pair))
    assert sorted(found) == [401] * 5 + [429] * 7
    again = make_settings(tmp_path, state_url=database, outbox=tmp_path / "outbox3")
    async with run_world(again) as world:
        assert await guess(world, "1resu") == 429


async def test_who_knows_the_password_signs_in_at_both_at_once(pair: tuple[World, World]) -> None:
    found = await asyncio.gather(*(guess(world, "1resu") for _ in range(2) for world in pair))
    assert found == [200] * 4


async def test_another_body_under_one_key_is_refused_also_after_a_restart(
    pair: tuple[World, World], database: str, tmp_path: Path
) -> None:
    here, there = pair
    key = {"Idempotency-Key": "k"}
    first = await here.predict(picture=b"word", headers=key)
    refused = await there.predict(picture=b"other", headers=key)
    assert (refused.status_code, refused.json()["code"]) == (409, "idempotency_key_reused")
    assert (await there.predict(picture=b"word", headers=key)).json()["id"] == first.json()["id"]
    again = make_settings(tmp_path, state_url=database, outbox=tmp_path / "outbox3")
    async with run_world(again) as world:
        assert (await world.predict(picture=b"other", headers=key)).status_code == 409


async def test_of_two_bodies_at_once_one_is_read(pair: tuple[World, World]) -> None:
    for number in range(5):
        key = {"Idempotency-Key": f"k{number}"}
        bodies = zip(pair, (b"word", b"other"), strict=True)
        answers = await asyncio.gather(*(world.predict(picture=body, headers=key) for world, body in bodies))
        assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_a_caller_has_one_rate(database: str, tmp_path: Path) -> None:
    async with two_gateways(tmp_path, state_url=database, rate=6) as (here, there):
        await spend_one_rate(here, there)


async def test_lists_and_refusals_are_those_of_sqlite(pair: tuple[World, World]) -> None:
    here, _ = pair
    for name in ("user1", "reviewer1", "admin1"):
        assert (await here.call(name, "POST", "/api-keys", json={"label": "x"})).status_code == 201
    for path in ("/users", "/api-keys/all", "/audit"):
        first = (await here.call("admin1", "GET", f"{path}?limit=2")).json()
        second = (await here.call("admin1", "GET", f"{path}?limit=2&cursor={first['next']}")).json()
        assert len(first["items"]) == 2 and second["items"] and second["items"] != first["items"]
    await here.sign_in("user1")
    first = (await here.call("user1", "GET", "/sessions?limit=1")).json()
    second = (await here.call("user1", "GET", f"/sessions?limit=1&cursor={first['next']}")).json()
    assert second["items"] and second["items"] != first["items"]
    assert (await here.call("user1", "DELETE", f"/sessions/{first['items'][0]['id']}")).status_code == 204
    for path in ("/users?cursor=%00", "/api-keys/all?cursor=a%00", "/audit?cursor=2147483648", "/audit?by=%00"):
        assert (await here.call("admin1", "GET", path)).status_code == 422, path
    assert (await here.call("user1", "POST", "/api-keys", json={"label": "a\0b"})).status_code == 422
