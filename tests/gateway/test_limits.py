"""How often is too often; time is told to the limits, not waited for."""

import pytest

from services.gateway.errors import TooManyAttempts, TooManyRequests
from services.gateway.identity.limits import REMEMBERED, RateLimit, Throttle
from services.gateway.intake.idempotency import Answers


class Clock:
    """A clock that is set by hand, in seconds."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_caller_has_a_minute_s_worth_and_then_the_rate() -> None:
    clock = Clock()
    limit = RateLimit(60, clock)
    for _ in range(60):
        limit.take("anna")
    with pytest.raises(TooManyRequests) as refused:
        limit.take("anna")
    assert refused.value.retry_after == 1
    limit.take("otto")
    clock.now += 1
    limit.take("anna")
    with pytest.raises(TooManyRequests):
        limit.take("anna")
    clock.now += 3600
    for _ in range(60):
        limit.take("anna")
    with pytest.raises(TooManyRequests):
        limit.take("anna")


def test_asking_in_vain_does_not_make_the_wait_longer() -> None:
    clock = Clock()
    limit = RateLimit(1, clock)
    limit.take("anna")
    for _ in range(59):
        clock.now += 1
        with pytest.raises(TooManyRequests):
            limit.take("anna")
    clock.now += 1.001
    limit.take("anna")


def test_only_so_many_callers_are_remembered() -> None:
    limit = RateLimit(1, Clock())
    limit.take("first")
    for caller in range(REMEMBERED):
        limit.take(str(caller))
    limit.take("first")


def attempt(throttle: Throttle, account: str, address: str, times: int) -> None:
    for _ in range(times):
        throttle.enter(account, address)


def test_guessing_one_account_from_one_place_ends_after_a_few() -> None:
    clock = Clock()
    throttle = Throttle(pair=5, window_s=300, clock=clock)
    attempt(throttle, "anna", "here", 5)
    clock.now += 100
    with pytest.raises(TooManyAttempts) as refused:
        throttle.enter("anna", "here")
    assert refused.value.retry_after == 200
    throttle.enter("anna", "at home")
    clock.now += 201
    throttle.enter("anna", "here")


def test_guessing_many_accounts_from_one_place_ends() -> None:
    throttle = Throttle(address=30, clock=Clock())
    for account in range(30):
        throttle.enter(str(account), "here")
    with pytest.raises(TooManyAttempts):
        throttle.enter("another", "here")


def test_guessing_one_account_from_many_places_ends() -> None:
    throttle = Throttle(account=50, clock=Clock())
    for address in range(50):
        throttle.enter("anna", str(address))
    with pytest.raises(TooManyAttempts):
        throttle.enter("anna", "another")


def test_whoever_knows_the_password_is_not_counted() -> None:
    throttle = Throttle(pair=5, address=30, account=50, clock=Clock())
    for _ in range(200):
        throttle.enter("anna", "here")
        throttle.forgive("anna", "here")
    attempt(throttle, "anna", "here", 4)
    throttle.forgive("anna", "here")
    attempt(throttle, "anna", "here", 5)


async def test_answers_are_remembered_for_a_while_and_not_without_end() -> None:
    clock = Clock()
    answers = Answers(seconds=10, size=2, clock=clock)
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
