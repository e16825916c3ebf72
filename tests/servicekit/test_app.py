"""Every service: traces, problems, health, metrics and limits."""

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI
from pydantic import BaseModel

from longhand.contracts.accounts import Role
from longhand.contracts.problems import Problem
from longhand.errors import LonghandError
from longhand.handwriting.errors import NoInk, PictureError
from longhand.servicekit import tracing
from longhand.servicekit.app import create_service
from longhand.servicekit.errors import (
    Conflict,
    Forbidden,
    MethodNotAllowed,
    RateLimited,
    ServiceError,
    Unavailable,
    UpstreamProblem,
)
from longhand.servicekit.logs import JsonFormatter
from longhand.servicekit.metrics import Metrics
from longhand.servicekit.requests import Paging, idempotency_key, paging
from longhand.servicekit.settings import ServiceSettings
from longhand.servicekit.tokens import Caller, require_gateway, require_role

ERRORS = {
    "no_ink": NoInk("There is no ink on this page."),
    "conflict": Conflict("Not now."),
    "rate_limited": RateLimited("Slower.", 7),
    "unavailable": Unavailable("Away.", 3),
    "forbidden": Forbidden("Not you."),
    "unknown": LonghandError("an error that no table names"),
    "allow": MethodNotAllowed("Use POST.", "POST"),
    "upstream": UpstreamProblem(
        Problem(title="Conflict", status=409, code="deployed", detail="It is.", request_id="theirs"),
        {"retry-after": "9"},
    ),
}


class Body(BaseModel):
    number: int


def routes(keys: Any) -> APIRouter:
    router = APIRouter(prefix="/things")
    gateway = require_gateway(keys.verifier)
    admin = require_role(Role.ADMIN, gateway)

    @router.get("/mine/{id}")
    def show(id: str, caller: Annotated[Caller, Depends(gateway)]) -> dict[str, str]:
        return {"id": id, "by": caller.name}

    @router.get("/admin")
    async def rule(caller: Annotated[Caller, Depends(admin)]) -> str:
        return caller.name

    @router.get("/fails/{name}")
    def refuse(name: str) -> None:
        raise ERRORS[name]

    @router.get("/trace")
    def trace() -> str:
        found = tracing.current.get()
        return found.traceparent if found else ""

    @router.post("/body")
    async def take(body: Body, key: Annotated[str | None, Depends(idempotency_key)]) -> str | None:
        return key

    @router.get("/page")
    async def page(page: Annotated[Paging, Depends(paging)]) -> Paging:
        return page

    return router


def service(keys: Any, tmp_path: Any, checks: Any = None, lifespan: Any = None, port: int | None = None) -> FastAPI:
    return create_service(
        "things",
        ServiceSettings(var=tmp_path, host="127.0.0.2", metrics_port=port),
        routers=[routes(keys)],
        statuses={PictureError: 422},
        metrics=Metrics("things"),
        checks=checks or {},
        lifespan=lifespan,
        max_body=1000,
    )


@pytest.fixture
async def client(keys, tmp_path, calling) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(service(keys, tmp_path)) as client:
        yield client


def problem(response: httpx.Response) -> Problem:
    assert response.headers["content-type"] == "application/problem+json"
    found = Problem.model_validate_json(response.content)
    assert (found.status, found.request_id) == (response.status_code, response.headers["x-request-id"])
    return found


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("no_ink", 422, "no_ink"),
        ("conflict", 409, "conflict"),
        ("rate_limited", 429, "rate_limited"),
        ("unavailable", 503, "unavailable"),
        ("forbidden", 403, "forbidden"),
        ("unknown", 500, "internal_error"),
        ("allow", 405, "method_not_allowed"),
        ("upstream", 409, "deployed"),
    ],
)
async def test_a_domain_error_is_a_problem_with_its_code(client, name, status, code):
    response = await client.get(f"/things/fails/{name}")
    assert (problem(response).status, problem(response).code) == (status, code)


async def test_errors_say_when_to_come_back_and_what_is_allowed(client):
    headers = {name: (await client.get(f"/things/fails/{name}")).headers for name in ERRORS}
    assert headers["rate_limited"]["retry-after"] == "7"
    assert headers["unavailable"]["retry-after"] == "3"
    assert headers["upstream"]["retry-after"] == "9"
    assert headers["allow"]["allow"] == "POST"


async def test_what_an_error_without_a_status_says_is_not_shown(client):
    assert "no table" not in (await client.get("/things/fails/unknown")).text


async def test_what_breaks_is_a_problem_and_logged_with_its_trace(client, caplog):
    response = await client.get("/things/fails/nothing-like-this")
    assert problem(response).code == "internal_error"
    assert "KeyError" in caplog.text and "KeyError" not in response.text


async def test_an_unknown_address_is_a_problem(client):
    assert problem(await client.get("/nothing")).code == "not_found"


async def test_a_wrong_method_names_the_right_one(client):
    response = await client.get("/things/body")
    assert problem(response).code == "method_not_allowed"
    assert response.headers["allow"] == "POST" and "POST" in problem(response).detail


async def test_a_wrong_body_is_told_where_and_not_repeated(client):
    response = await client.post("/things/body", json={"number": "hush"})
    found = problem(response)
    assert (found.status, found.code) == (422, "invalid")
    assert found.errors and found.errors[0]["loc"] == ["body", "number"] and "hush" not in response.text


async def test_a_body_that_is_no_json_is_invalid(client):
    response = await client.post("/things/body", content=b"{", headers={"content-type": "application/json"})
    assert problem(response).code == "invalid"


async def test_who_has_no_token_is_refused(client, keys):
    response = await client.get("/things/mine/1")
    assert problem(response).code == "unauthenticated" and response.headers["www-authenticate"] == "Bearer"
    assert problem(await client.get("/things/mine/1", headers={"Authorization": "Basic YTpi"})).status == 401
    assert problem(await client.get("/things/mine/1", headers={"Authorization": "Bearer x"})).code == "token_invalid"


async def test_the_gateways_token_opens_what_the_role_may(client, keys):
    user, admin = keys.bearer(Role.USER), keys.bearer(Role.ADMIN)
    assert (await client.get("/things/mine/1", headers=user)).json() == {"id": "1", "by": "ada"}
    assert problem(await client.get("/things/admin", headers=user)).code == "forbidden"
    assert (await client.get("/things/admin", headers=admin)).json() == "ada"


async def test_a_large_body_is_refused_by_its_length(client):
    response = await client.post("/things/body", content=b" " * 1001, headers={"content-type": "application/json"})
    assert problem(response).code == "too_large"


async def test_a_large_body_is_refused_by_counting_it(client):
    async def drip() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 100

    response = await client.post("/things/body", content=drip(), headers={"content-type": "application/json"})
    assert problem(response).code == "too_large"


async def test_a_body_within_the_limit_passes(client):
    body = json.dumps({"number": 1}).ljust(1000)
    response = await client.post("/things/body", content=body, headers={"content-type": "application/json"})
    assert response.status_code == 200


async def test_an_idempotency_key_is_read_and_checked(client):
    async def post(key: str) -> httpx.Response:
        return await client.post("/things/body", json={"number": 1}, headers={"Idempotency-Key": key})

    assert (await post("k-1")).json() == "k-1"
    assert problem(await post("x" * 201)).code == "invalid"
    assert problem(await post("a b")).code == "invalid"


async def test_pages_hold_a_hundred_at_most(client):
    assert (await client.get("/things/page")).json() == {"cursor": None, "limit": 50}
    assert (await client.get("/things/page?cursor=c&limit=100")).json() == {"cursor": "c", "limit": 100}
    assert problem(await client.get("/things/page?limit=101")).status == 422


async def test_a_trace_goes_on_and_an_id_comes_back(client):
    given = f"00-{'a' * 32}-{'b' * 16}-01"
    response = await client.get("/things/trace", headers={"traceparent": given, "x-request-id": "mine"})
    assert response.headers["x-request-id"] == "mine"
    assert re.fullmatch(f"00-{'a' * 32}-[0-9a-f]{{16}}-01", response.json()) and "b" * 16 not in response.json()


async def test_malformed_ids_are_replaced(client):
    response = await client.get("/things/trace", headers={"traceparent": "zz", "x-request-id": "a b\\n"})
    assert re.fullmatch(r"[0-9a-f]{32}", response.headers["x-request-id"])
    assert response.json().startswith("00-")


async def test_requests_are_counted_by_route_template(client, keys):
    for path in ("/things/mine/1", "/things/mine/2"):
        await client.get(path, headers=keys.bearer())
    await client.get("/things/fails/conflict")
    await client.get("/no/1"), await client.get("/no/2")
    await client.request("BREW", "/things/page")
    text = (await client.get("/metrics")).text
    assert 'longhand_http_requests_total{method="GET",route="/things/mine/{id}",status="200"} 2.0' in text
    assert 'longhand_http_requests_total{method="GET",route="/things/fails/{name}",status="409"} 1.0' in text
    assert 'longhand_http_requests_total{method="GET",route="unmatched",status="404"} 2.0' in text
    assert 'method="other"' in text and "BREW" not in text
    assert 'longhand_http_request_duration_seconds_count{method="GET",route="/things/mine/{id}"} 2.0' in text
    assert 'longhand_build_info{service="things"' in text


async def test_two_apps_count_apart(keys, tmp_path, calling):
    async with calling(service(keys, tmp_path)) as one, calling(service(keys, tmp_path)) as other:
        await one.get("/things/page")
        assert "/things/page" not in (await other.get("/metrics")).text


async def test_requests_are_logged_without_their_query(client, caplog):
    caplog.set_level(logging.INFO)
    await client.get("/things/page?cursor=secret")
    record = next(one for one in caplog.records if one.name == "longhand.access")
    assert record.getMessage() == "GET /things/page 200"
    assert record.__dict__["fields"]["route"] == "/things/page"


async def test_a_service_is_ready_when_its_checks_pass(keys, tmp_path, calling):
    async def passes() -> None: ...

    async with calling(service(keys, tmp_path, {"state": passes})) as client:
        assert (await client.get("/livez")).json() == {"status": "ok"}
        assert (await client.get("/readyz")).json() == {"status": "ready"}


async def test_failing_checks_are_named(keys, tmp_path, calling):
    async def away() -> None:
        raise Unavailable("The registry is away.")

    async def broken() -> None:
        raise OSError("/secret/path")

    async def late() -> None:
        await asyncio.sleep(30)

    async def passes() -> None: ...

    checks = {"registry": away, "state": broken, "models": late, "queue": passes}
    async with calling(service(keys, tmp_path, checks)) as client:
        response = await client.get("/readyz")
        assert problem(response).code == "not_ready"
        assert response.json()["failing"] == {
            "registry": "The registry is away.",
            "state": "OSError",
            "models": "no answer within 2 s",
        }
        assert (await client.get("/livez")).status_code == 200


async def test_metrics_leave_the_public_port_for_their_own(keys, tmp_path, calling, free_port):
    entered = []

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        entered.append("in")
        yield
        entered.append("out")

    async with calling(service(keys, tmp_path, lifespan=lifespan, port=free_port)) as client:
        assert (await client.get("/metrics")).status_code == 404
        async with httpx.AsyncClient(trust_env=False) as outside:
            text = (await outside.get(f"http://127.0.0.1:{free_port}/metrics")).text
        assert 'route="unmatched",status="404"' in text
    assert entered == ["in", "out"]


def test_a_log_line_is_json_and_masks_tokens(keys):
    record = logging.LogRecord("x", logging.INFO, "", 0, "got %s", (keys.bearer()["Authorization"],), None)
    record.__dict__["fields"] = {"token": keys.signer.sign("a", "user", "b", 5), "route": "/x"}
    token = tracing.current.set(tracing.Trace(request_id="r1"))
    line = json.loads(JsonFormatter("things").format(record))
    tracing.current.reset(token)
    assert line["request_id"] == "r1" and line["service"] == "things" and line["route"] == "/x"
    assert "eyJ" not in json.dumps(line) and line["message"] == "got ***"


def test_every_service_error_has_a_code_of_its_own():
    def below(kind: type[LonghandError]) -> list[type[LonghandError]]:
        return [one for child in kind.__subclasses__() for one in (child, *below(child))]

    kit = [kind for kind in below(ServiceError) if kind.__module__.startswith("longhand.servicekit")]
    assert len({kind.code for kind in kit}) == len(kit)
