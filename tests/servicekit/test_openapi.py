"""What a service says of itself, and refuses because it does not say so."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, Form, Query, Request
from pydantic import BaseModel
from sqlalchemy import Engine, text

from longhand.contracts.accounts import Role
from longhand.servicekit.app import create_service
from longhand.servicekit.errors import Conflict, RateLimited, Unsupported, raises
from longhand.servicekit.metrics import Metrics
from longhand.servicekit.refusals import guard
from longhand.servicekit.requests import Paging, paging
from longhand.servicekit.settings import ServiceSettings
from longhand.servicekit.tokens import require_gateway


class NameTaken(Conflict):
    """Somebody has this name."""

    code = "name_taken"


class Thing(BaseModel):
    name: str


class Filter(BaseModel):
    colour: str | None = None


@raises(RateLimited)
async def not_too_often() -> None: ...


def build(keys: Any, folder: Path, engine: Engine | None = None, **more: Any) -> FastAPI:
    router = APIRouter()
    admin = require_gateway(keys.verifier, Role.ADMIN)

    @router.get("/things")
    def page(page: Annotated[Paging, Depends(paging)], wanted: Annotated[Filter, Query()]) -> str:
        return "all"

    @router.get("/things/{id}", dependencies=[Depends(admin)])
    def show(id: str) -> str:
        return id

    @router.post("/things", dependencies=[Depends(admin), Depends(not_too_often)])
    @raises(NameTaken, Unsupported)
    def add(thing: Thing) -> str:
        return thing.name

    @router.post("/open")
    def take(thing: Thing) -> str:
        return thing.name

    @router.post("/form")
    def fill(name: Annotated[str, Form()]) -> str:
        return name

    @router.post("/raw")
    async def read(request: Request) -> int:
        return len(await request.body())

    @router.get("/query")
    def query(statement: str) -> None:
        assert engine
        with engine.connect() as connection:
            connection.execute(text(statement), {"big": 2**70} if ":big" in statement else {})

    app = create_service(
        "things",
        ServiceSettings(var=folder),
        routers=[router],
        statuses={},
        metrics=Metrics("things"),
        checks={},
        **more,
    )
    guard(app)
    return app


@pytest.fixture
async def client(keys: Any, tmp_path: Path, engine: Engine, calling: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(build(keys, tmp_path, engine)) as client:
        yield client


def statuses(app: FastAPI, verb: str, path: str) -> set[str]:
    return set(app.openapi()["paths"][path][verb]["responses"])


def test_the_problems_of_an_operation_follow_from_what_its_route_is_made_of(keys: Any, tmp_path: Path) -> None:
    app = build(keys, tmp_path)
    assert statuses(app, "get", "/things") == {"200", "422"}
    assert statuses(app, "get", "/things/{id}") == {"200", "401", "403", "404", "422", "503"}
    assert statuses(app, "post", "/things") == {"200", "401", "403", "409", "413", "415", "422", "429", "503"}
    assert statuses(app, "post", "/open") == {"200", "413", "422"}


def test_a_problem_is_described_with_its_codes_its_media_type_and_when_to_come_back(keys: Any, tmp_path: Path) -> None:
    schema = build(keys, tmp_path).openapi()
    reference = schema["paths"]["/things"]["post"]["responses"]["409"]["$ref"].rpartition("/")[2]
    conflict = schema["components"]["responses"][reference]
    assert "`name_taken`: Somebody has this name." in conflict["description"]
    assert "`conflict`" in conflict["description"]
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    assert conflict["content"] == content
    assert "Retry-After" in schema["components"]["responses"]["429-rate_limited"]["headers"]
    assert "Problem" in schema["components"]["schemas"]
    assert "HTTPValidationError" not in schema["components"]["schemas"]


async def test_only_a_public_service_shows_its_description(keys: Any, tmp_path: Path, calling: Any) -> None:
    pages = ("/openapi.json", "/docs", "/redoc")
    async with calling(build(keys, tmp_path)) as client:
        assert [(await client.get(page)).status_code for page in pages] == [404, 404, 404]
    async with calling(build(keys, tmp_path, public=True)) as client:
        assert [(await client.get(page)).status_code for page in pages] == [200, 404, 404]


async def test_a_parameter_that_a_route_does_not_have_is_refused_by_name(client: httpx.AsyncClient) -> None:
    answer = await client.get("/things", params={"limit": 5, "colour": "red", "color": "red", "sort": "x"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert "color, sort" in answer.json()["detail"] and "colour, cursor, limit" in answer.json()["detail"]
    assert (await client.get("/things", params={"limit": 5, "colour": "red"})).status_code == 200
    assert (await client.get("/livez?x=1")).status_code == 422


@pytest.mark.parametrize(
    "request_",
    [
        ("GET", "/things/a%00b", {}),
        ("GET", "/things?cursor=a%00b", {}),
        ("POST", "/open", {"json": {"name": "a\0b"}}),
        ("POST", "/form", {"data": {"name": "a\0b"}}),
        ("POST", "/raw", {"json": ["a\0b"]}),
    ],
    ids=["path", "query", "json", "form", "read by the route itself"],
)
async def test_a_nul_is_refused_wherever_it_stands(client: httpx.AsyncClient, request_: Any) -> None:
    verb, path, content = request_
    answer = await client.request(verb, path, **content)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert "NUL" in answer.json()["detail"]


async def test_a_nul_is_found_where_it_is_cut_in_two(client: httpx.AsyncClient) -> None:
    async def parts() -> AsyncIterator[bytes]:
        yield b'{"name": "a\\u0'
        yield b'000b"}'

    answer = await client.post("/open", content=parts(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 422


async def test_a_backslash_before_u0000_is_no_nul(client: httpx.AsyncClient) -> None:
    answer = await client.post("/open", json={"name": r"\u0000 and \\u0000"})
    assert answer.json() == r"\u0000 and \\u0000"


@pytest.mark.parametrize(
    ("statement", "status", "code"),
    [
        ("SELECT :big", 422, "invalid"),
        ("SELECT * FROM nowhere", 503, "unavailable"),
    ],
)
async def test_what_a_database_says_is_not_shown(
    client: httpx.AsyncClient, statement: str, status: int, code: str
) -> None:
    answer = await client.get("/query", params={"statement": statement})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    for word in ("SELECT", "sqlite", "nowhere", "Overflow"):
        assert word not in answer.text
