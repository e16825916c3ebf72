"""How often is too often; the clock is set by the tests."""

import pytest

from services.gateway.errors import TooManyRequests
from services.gateway.identity.limits import REMEMBERED, REPORTED, RateLimit


class Clock:
    """A clock that the test sets, in seconds."""

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


def test_calls_at_other_gateways_are_charged_and_a_debt_is_waited_for() -> None:
    clock = Clock()
    limit = RateLimit(60, clock)
    limit.charge("anna", 59)
    limit.take("anna")
    with pytest.raises(TooManyRequests):
        limit.take("anna")
    limit.charge("anna", 10_000)
    with pytest.raises(TooManyRequests) as refused:
        limit.take("anna")
    assert refused.value.retry_after == 61
    clock.now += 61
    limit.take("anna")


def test_only_callers_who_call_much_are_reported_and_each_call_once() -> None:
    clock = Clock()
    limit = RateLimit(REPORTED * 10, clock)
    for _ in range(9):
        limit.take("rare")
    for _ in range(30):
        limit.take("busy")
    assert limit.due() == {"busy": 30}
    assert limit.due() is None
    limit.take("rare")
    assert limit.due() == {"rare": 10}


def test_rare_calls_never_add_up_to_a_report() -> None:
    clock = Clock()
    limit = RateLimit(REPORTED * 10, clock)
    for _ in range(100):
        limit.take("rare")
        assert limit.due() == {}
        clock.now += 10
