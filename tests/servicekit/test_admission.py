"""As many requests are let in as are answered in time; the others are refused at once, before their body is read."""

import asyncio
import heapq
import statistics
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, Request

from longhand.servicekit.admission import FIRST, LEAST, LONG_WAIT, MOST, SHORT_WAIT, Limit, Overloaded
from longhand.servicekit.app import create_service
from longhand.servicekit.metrics import Metrics
from longhand.servicekit.settings import ServiceSettings


class Clock:
    """Seconds that are set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def answer_all(limit: Limit, seconds: float) -> None:
    """As many requests as are allowed, each answered after so many seconds."""
    entered = limit.allowed
    for _ in range(entered):
        limit.enter()
    for _ in range(entered):
        limit.leave(seconds)


def test_a_limit_doubles_until_answers_come_late_and_then_follows_them() -> None:
    clock = Clock()
    limit = Limit(1.0, clock)
    answer_all(limit, 0.1)
    assert 1.3 * FIRST <= limit.allowed <= MOST
    found = limit.allowed
    answer_all(limit, 1.5)
    assert limit.allowed == int(found * 0.75)
    shrunk = limit.allowed
    clock.now += 1
    answer_all(limit, 0.9)
    assert shrunk <= limit.allowed <= shrunk + 1


def test_what_comes_late_together_shrinks_it_once() -> None:
    clock = Clock()
    limit = Limit(1.0, clock)
    for expected in (48, 48, 36):
        answer_all(limit, 5.0)
        assert limit.allowed == expected
        clock.now += 0.5


def test_it_never_closes_and_never_grows_without_end() -> None:
    clock = Clock()
    limit = Limit(1.0, clock)
    for _ in range(30):
        clock.now += 2
        answer_all(limit, 5.0)
    assert limit.allowed == LEAST
    for _ in range(5000):
        answer_all(limit, 0.1)
    assert limit.allowed == MOST


def test_answers_that_nobody_waited_for_do_not_raise_it() -> None:
    limit = Limit(1.0, Clock())
    for _ in range(500):
        limit.enter()
        limit.leave(0.001)
    assert limit.allowed == FIRST


def test_who_is_refused_comes_back_at_different_times() -> None:
    limit = Limit(1.0, Clock())
    for _ in range(limit.allowed):
        limit.enter()
    waits = set()
    for _ in range(200):
        with pytest.raises(Overloaded) as refused:
            limit.enter()
        waits.add(refused.value.retry_after)
    assert waits == set(range(1, SHORT_WAIT + 1))


def refuse(limit: Limit) -> int:
    """The seconds that one more client is asked to wait, where the limit is reached."""
    while limit.inside < limit.allowed:
        limit.enter()
    with pytest.raises(Overloaded) as refused:
        limit.enter()
    return refused.value.retry_after or 0


def test_the_more_are_refused_the_longer_they_wait_until_the_crowd_has_gone() -> None:
    """600 clients that are refused whenever they ask, beside ten answers in a second; then one client."""
    clock = Clock()
    limit = Limit(1.0, clock)
    due, waits = dict.fromkeys(range(600), 100.0), [refuse(limit)]
    for _ in range(600):
        clock.now += 0.1
        limit.leave(0.5)
        for client in [client for client, when in due.items() if when <= clock.now]:
            waits.append(refuse(limit))
            due[client] = clock.now + waits[-1]
    assert 0.8 * LONG_WAIT < max(waits[-200:]) <= LONG_WAIT
    assert len(waits) < 600 * 60 / 7, "with one to four seconds each, they would have asked 14,400 times"
    for _ in range(40):
        clock.now += 1
        for _ in range(3):
            limit.leave(0.5)
        last = refuse(limit)
    assert last <= SHORT_WAIT


@pytest.mark.parametrize("per_second", [20, 100, 400])
def test_with_four_times_too_many_clients_the_work_goes_on_and_answers_come_in_time(per_second: int) -> None:
    """A minute of a closed loop, computed: a server of one rate, clients that ask again at once or when they may."""
    clock, taken, free_at = Clock(), [], 100.0
    limit = Limit(1.0, clock)
    # (when, which, since): a client asks (since is none), or its answer to what it asked at `since` is there.
    events: list[tuple[float, int, float | None]] = [(100.0, client, None) for client in range(4 * per_second)]
    while events and events[0][0] < 160.0:
        clock.now, client, since = heapq.heappop(events)
        if since is not None:
            limit.leave(clock.now - since)
            taken.append(clock.now - since)
        try:
            limit.enter()
        except Overloaded as refused:
            heapq.heappush(events, (clock.now + refused.retry_after, client, None))
            continue
        free_at = max(free_at, clock.now) + 1 / per_second
        heapq.heappush(events, (free_at, client, clock.now))
    assert len(taken) >= 0.8 * 60 * per_second
    assert statistics.quantiles(taken[per_second * 5 :], n=100)[-1] <= 2.0


class Reading:
    """A service that reads slowly, and tells how many bodies it has read."""

    def __init__(self, folder: Path, target: float = 1.0) -> None:
        self.bodies = 0
        self.door = asyncio.Event()
        self.limit = Limit(target)
        router = APIRouter()

        @router.post("/read")
        async def read(request: Request) -> str:
            await request.body()
            self.bodies += 1
            await self.door.wait()
            return "read"

        self.app = create_service(
            "things",
            ServiceSettings(var=folder),
            routers=[router],
            statuses={},
            metrics=Metrics("things"),
            checks={},
            limits={"/read": self.limit},
        )


async def test_a_refusal_comes_before_the_body_and_says_when_to_come_back(tmp_path: Path, calling: Any) -> None:
    reading, sent = Reading(tmp_path), []

    async def body() -> AsyncIterator[bytes]:
        sent.append("a part")
        yield b"x"

    async with calling(reading.app) as client:
        under_way = [asyncio.create_task(client.post("/read", content=b"x")) for _ in range(FIRST)]
        while reading.bodies < FIRST:
            await asyncio.sleep(0.01)
        refused: httpx.Response = await client.post("/read", content=body())
        assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
        assert 1 <= int(refused.headers["retry-after"]) <= SHORT_WAIT
        assert sent == [] and reading.bodies == FIRST
        assert (await client.get("/livez")).status_code == 200
        metrics = (await client.get("/metrics")).text
        assert f'longhand_admission_requests{{route="/read"}} {FIRST}.0' in metrics
        assert 'longhand_http_requests_total{method="POST",route="/read",status="503"} 1.0' in metrics
        reading.door.set()
        assert {(await one).status_code for one in under_way} == {200}
        assert (await client.post("/read", content=b"x")).status_code == 200
    assert reading.limit.inside == 0


async def test_a_slow_line_is_no_overload(tmp_path: Path, calling: Any) -> None:
    reading = Reading(tmp_path, target=0.3)
    reading.door.set()

    async def body() -> AsyncIterator[bytes]:
        await asyncio.sleep(0.5)
        yield b"x"

    async with calling(reading.app) as client:
        assert (await client.post("/read", content=body())).status_code == 200
    assert reading.limit.allowed == FIRST
