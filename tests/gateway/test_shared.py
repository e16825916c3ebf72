"""What gateways on one database count together: guesses, calls, and what an Idempotency-Key came with."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine, func, select

from longhand.servicekit.errors import KeyReused, Unavailable
from longhand.servicekit.state import migrate, open_engine, reading
from services.gateway.errors import TooManyAttempts
from services.gateway.identity.calls import Calls
from services.gateway.identity.throttle import Throttle
from services.gateway.intake.claims import Claims
from services.gateway.intake.idempotency import Answers
from services.gateway.tables import attempts, claims
from tests.gateway.conftest import World, make_settings, run_world
from tests.gateway.test_limits import Clock


class Now:
    """A calendar that the test turns."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 1, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def pass_by(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path}/state.db")
    migrate(engine, "services.gateway")
    yield engine
    engine.dispose()


def count(engine: Engine, table: object) -> int:
    with reading(engine) as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]


def attempt(throttle: Throttle, account: str, address: str, times: int = 1) -> None:
    for _ in range(times):
        throttle.enter(account, address)


def test_guessing_one_account_from_one_place_ends_after_a_few(engine: Engine) -> None:
    now = Now()
    throttle = Throttle(engine, pair=5, window_s=300, now=now)
    attempt(throttle, "anna", "here", 5)
    now.pass_by(100)
    for _ in range(3):
        with pytest.raises(TooManyAttempts) as refused:
            throttle.enter("anna", "here")
    assert refused.value.retry_after == 200
    throttle.enter("anna", "at home")
    now.pass_by(201)
    throttle.enter("anna", "here")


def test_guessing_many_accounts_from_one_place_ends(engine: Engine) -> None:
    throttle = Throttle(engine, address=30)
    for account in range(30):
        throttle.enter(str(account), "here")
    with pytest.raises(TooManyAttempts):
        throttle.enter("another", "here")


def test_guessing_one_account_from_many_places_ends_and_refusals_do_not_count(engine: Engine) -> None:
    throttle = Throttle(engine, pair=5, account=8)
    attempt(throttle, "anna", "here", 5)
    for _ in range(10):
        with pytest.raises(TooManyAttempts):
            throttle.enter("anna", "here")
    attempt(throttle, "anna", "elsewhere", 3)
    with pytest.raises(TooManyAttempts):
        throttle.enter("anna", "at home")


def test_who_knows_the_password_is_not_counted(engine: Engine) -> None:
    throttle = Throttle(engine, pair=5, address=8, account=8)
    for _ in range(30):
        throttle.enter("anna", "here")
        throttle.forgive("anna", "here")
    attempt(throttle, "anna", "here", 4)
    throttle.forgive("anna", "here")
    attempt(throttle, "anna", "here", 4)


def test_a_name_may_hold_anything_and_old_counters_go(engine: Engine) -> None:
    now = Now()
    throttle = Throttle(engine, window_s=300, now=now)
    for account in ("a\0b", "\ud800", "x" * 64, "'; DROP TABLE attempts; --"):
        throttle.enter(account, "here")
    assert count(engine, attempts) == 9
    throttle.purge()
    assert count(engine, attempts) == 9
    now.pass_by(301)
    throttle.purge()
    assert count(engine, attempts) == 0


def test_guesses_at_once_at_two_gateways_are_five_in_all(engine: Engine) -> None:
    throttles = [Throttle(engine) for _ in range(2)]

    def guess(number: int) -> bool:
        try:
            throttles[number % 2].enter("anna", "here")
        except TooManyAttempts:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(guess, range(40))) == 5


def test_gateways_learn_what_others_counted_and_only_that(engine: Engine) -> None:
    now = Now()
    here, there = Calls(engine, now), Calls(engine, now)
    assert here.exchange({}) == there.exchange({}) == {}
    assert here.exchange({"anna": 100}) == {}
    assert there.exchange({"anna": 50, "otto": 7}) == {"anna": 100}
    assert here.exchange({}) == {"anna": 50, "otto": 7}
    assert here.exchange({"anna": 1}) == {}
    now.pass_by(60)
    assert there.exchange({}) == {"anna": 1}
    assert there.exchange({"anna": 5}) == {} and here.exchange({}) == {"anna": 5}


def test_a_gateway_that_starts_knows_the_calls_of_this_minute(engine: Engine) -> None:
    now = Now()
    Calls(engine, now).exchange({"anna": 100})
    assert Calls(engine, now).exchange({}) == {"anna": 100}
    now.pass_by(60)
    assert Calls(engine, now).exchange({}) == {}


def test_a_key_belongs_to_the_first_request_until_it_fails_or_is_old(engine: Engine) -> None:
    now = Now()
    here, there = (Claims(engine, 600, now) for _ in range(2))
    assert here.claim("anna", "k", "one") and there.claim("anna", "k", "one")
    assert not there.claim("anna", "k", "two")
    assert there.claim("otto", "k", "two") and there.claim("anna", "l", "two")
    there.release("anna", "k", "two")
    assert not there.claim("anna", "k", "two")
    here.release("anna", "k", "one")
    assert there.claim("anna", "k", "two") and not here.claim("anna", "k", "one")
    now.pass_by(601)
    assert here.claim("anna", "k", "one")
    here.purge()
    assert count(engine, claims) == 1


class Away:
    """Claims whose database is away."""

    def claim(self, caller: str, key: str, fingerprint: str) -> bool:
        raise Unavailable("Away.")

    def release(self, caller: str, key: str, fingerprint: str) -> None:
        raise Unavailable("Away.")


async def answer() -> bytes:
    return b"read"


async def test_readings_go_on_while_the_database_is_away(caplog: pytest.LogCaptureFixture) -> None:
    answers = Answers(Away())
    assert await answers.once("anna", "k", "one", answer) == b"read"
    with pytest.raises(KeyReused):
        await answers.once("anna", "k", "two", answer)
    assert "those of this gateway only" in caplog.text


async def test_answers_are_remembered_for_a_while_and_not_without_end(engine: Engine) -> None:
    clock = Clock()
    answers = Answers(Claims(engine, 600), seconds=10, size=2, clock=clock)
    made: list[str] = []

    async def make(key: str) -> bytes:
        async def answer() -> bytes:
            made.append(key)
            return key.encode()

        return await answers.once("anna", key, "same", answer)

    assert await make("a") == await make("a") == b"a"
    clock.now += 11
    await make("a")
    assert made == ["a", "a"]
    for key in "bcde":
        await make(key)
    await make("a")
    assert made == ["a", "a", "b", "c", "d", "e", "a"]


@asynccontextmanager
async def two_gateways(folder: Path, **changed: object) -> AsyncIterator[tuple[World, World]]:
    first = make_settings(folder, **changed)
    second = make_settings(folder, outbox=folder / "outbox2", **changed)
    async with run_world(first) as here, run_world(second) as there:
        yield here, there


async def guess(world: World) -> int:
    return (await world.client.post("/token", data={"username": "user1", "password": "wrong"})).status_code


async def test_two_gateways_allow_five_guesses_in_all_also_after_a_restart(tmp_path: Path) -> None:
    async with two_gateways(tmp_path) as (here, there):
        found = [await guess(world) for world in (here, there, here, there, here, there, here)]
        assert found == [401] * 5 + [429] * 2
    async with run_world(make_settings(tmp_path)) as world:
        assert await guess(world) == 429


async def test_another_body_under_one_key_is_refused_at_the_other_gateway_and_after_a_restart(tmp_path: Path) -> None:
    key = {"Idempotency-Key": "k"}

    async def send(world: World, picture: bytes) -> httpx.Response:
        return await world.predict(picture=picture, headers=key)

    async with two_gateways(tmp_path) as (here, there):
        first = await send(here, b"word")
        assert first.is_success
        refused = await send(there, b"other")
        assert (refused.status_code, refused.json()["code"]) == (409, "idempotency_key_reused")
        assert (await send(there, b"word")).json()["id"] == first.json()["id"]
    async with run_world(make_settings(tmp_path)) as world:
        assert (await send(world, b"other")).status_code == 409
        assert (await send(world, b"word")).json()["id"] == first.json()["id"]


async def test_a_key_whose_request_failed_is_free_again_everywhere(tmp_path: Path) -> None:
    key = {"Idempotency-Key": "k"}
    async with two_gateways(tmp_path) as (here, there):
        assert (await here.predict(picture=b"", headers=key)).status_code == 422
        assert (await there.predict(picture=b"word", headers=key)).is_success


async def test_two_gateways_allow_a_caller_one_rate(tmp_path: Path) -> None:
    async with two_gateways(tmp_path, rate=6) as (here, there):
        await spend_one_rate(here, there)


async def spend_one_rate(here: World, there: World) -> None:
    """A caller with six calls in a minute spends them here, and has none left there a moment later."""
    while (await here.call("user1", "GET", "/users/me")).is_success:
        pass
    await there.call("user1", "GET", "/users/me")  # only a gateway that is called asks what the others counted
    for _ in range(4):  # five calls with the first: a gateway alone would allow them all
        await asyncio.sleep(2)
        if (await there.call("user1", "GET", "/users/me")).status_code == 429:
            break
    else:
        pytest.fail("each of the two allowed all of it")
    answers = [await there.call("user1", "GET", "/users/me") for _ in range(6)]
    assert sum(answer.is_success for answer in answers) < 3
    assert answers[-1].status_code == 429 and int(answers[-1].headers["retry-after"]) >= 1
    assert (await there.call("reviewer1", "GET", "/users/me")).is_success
