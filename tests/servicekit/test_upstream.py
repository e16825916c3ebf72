"""Calls to another service, in a person's name."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from longhand.contracts.accounts import Role
from longhand.servicekit import tracing
from longhand.servicekit.errors import Unavailable, UpstreamProblem
from longhand.servicekit.tokens import Caller
from longhand.servicekit.upstream import USES, Upstream

ADA = Caller("ada", Role.REVIEWER)


class Service(httpx.AsyncBaseTransport):
    """A service that answers as told, in order, and remembers what it was asked."""

    def __init__(self, *answers: Any) -> None:
        self._answers = list(answers)
        self.asked: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.asked.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, type):
            raise answer("as told", request=request)
        return answer() if callable(answer) else httpx.Response(200, json=answer)


def refusal(status: int, **headers: str) -> Callable[[], httpx.Response]:
    body = {"title": "x", "status": status, "code": "given_code", "detail": "Given.", "request_id": "r"}
    return lambda: httpx.Response(status, json=body, headers=headers)


@pytest.fixture
def upstream(keys) -> Callable[..., tuple[Service, Upstream]]:
    def make(*answers: Any) -> tuple[Service, Upstream]:
        service = Service(*answers)
        return service, Upstream("http://training", "training", keys.signer, transport=service)

    return make


async def test_a_call_carries_the_callers_name_for_this_audience_and_the_trace(upstream, keys):
    service, client = upstream({"x": 1})
    token = tracing.current.set(tracing.Trace("r1", "a" * 32, "b" * 16))
    async with client:
        assert (await client.request("GET", "/models", ADA)).json() == {"x": 1}
    tracing.current.reset(token)
    headers = service.asked[0].headers
    claims = keys.verifier.verify(headers["authorization"].removeprefix("Bearer "))
    assert (claims.subject, claims.role) == ("ada", Role.REVIEWER)
    assert (headers["x-request-id"], headers["traceparent"]) == ("r1", f"00-{'a' * 32}-{'b' * 16}-01")


async def test_a_problem_is_passed_on(upstream):
    _, client = upstream(refusal(409, **{"retry-after": "4"}))
    async with client:
        with pytest.raises(UpstreamProblem) as found:
            await client.request("POST", "/train", ADA, json={})
    assert (found.value.problem.status, found.value.problem.code) == (409, "given_code")
    assert found.value.headers == {"retry-after": "4"}


@pytest.mark.parametrize(
    "answer",
    [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError, lambda: httpx.Response(502), refusal(401)],
)
async def test_a_service_that_does_not_answer_properly_is_unavailable(upstream, answer):
    _, client = upstream(answer)
    async with client:
        with pytest.raises(Unavailable, match="training"):
            await client.request("GET", "/models", ADA)


@pytest.mark.parametrize(
    ("method", "headers", "failure", "calls"),
    [
        ("GET", {}, httpx.RemoteProtocolError, 2),
        ("PUT", {}, httpx.ReadError, 2),
        ("POST", {}, httpx.ReadError, 1),
        ("POST", {"Idempotency-Key": "k"}, httpx.ReadError, 2),
        ("POST", {}, httpx.ConnectError, 2),
        ("GET", {}, httpx.ReadTimeout, 1),
    ],
)
async def test_a_broken_call_is_made_once_more_where_that_does_no_harm(upstream, method, headers, failure, calls):
    service, client = upstream(failure, {"x": 1})
    async with client:
        if calls == 2:
            assert (await client.request(method, "/x", ADA, headers=headers, json={})).status_code == 200
        else:
            with pytest.raises(Unavailable):
                await client.request(method, "/x", ADA, headers=headers, json={})
    assert len(service.asked) == calls


async def test_a_picture_is_sent_whole_on_the_second_try(upstream):
    service, client = upstream(httpx.ConnectError, {"x": 1})
    async with client:
        await client.request("POST", "/read", ADA, files={"file": ("a.png", b"ink")}, data={"id": "1"})
    assert b"ink" in service.asked[1].content and b'name="id"' in service.asked[1].content


async def test_connections_are_given_up_now_and_then(upstream):
    service, client = upstream({"x": 1})
    async with client:
        for _ in range(USES):
            await client.request("GET", "/x", ADA)
    closing = [number for number, one in enumerate(service.asked) if one.headers["connection"] == "close"]
    assert closing == [USES - 1]


async def test_a_stream_comes_in_parts(upstream):
    async def parts() -> AsyncIterator[bytes]:
        yield b"one "
        yield b"two"

    _, client = upstream(lambda: httpx.Response(200, content=parts()))
    async with client, client.stream("GET", "/jobs/1/events", ADA) as response:
        assert [part async for part in response.aiter_raw()] == [b"one ", b"two"]


async def test_a_refused_stream_is_a_problem(upstream):
    _, client = upstream(refusal(404))
    async with client:
        with pytest.raises(UpstreamProblem):
            async with client.stream("GET", "/jobs/1/events", ADA):
                pass
