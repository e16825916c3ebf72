"""What a client may do with a connection, tried with sockets; times are short here, the order is the real one."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import APIRouter, Request

from longhand.servicekit.app import create_service
from longhand.servicekit.metrics import Metrics
from longhand.servicekit.server import Server, configure
from longhand.servicekit.settings import ServiceSettings

SOON = 5.0
"""Seconds within which a closed connection is noticed here, far beyond the times that are set."""


class Client:
    """A connection of which every byte is written by hand."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def trickle(self, part: bytes, pause: float = 0.02) -> bytes:
        """Sends the part again and again until the server closes; what it sent before."""
        rest = asyncio.create_task(self.rest())
        while not rest.done():
            await self.send(part)
            await asyncio.wait([rest], timeout=pause)
        return await rest

    async def rest(self) -> bytes:
        """All that the server sends until it closes."""
        async with asyncio.timeout(SOON):
            return await self._reader.read()

    async def answer(self) -> bytes:
        """The head of the next answer, the body read past."""
        async with asyncio.timeout(SOON):
            head = await self._reader.readuntil(b"\r\n\r\n")
            await self._reader.readexactly(int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]))
            return head

    async def close(self) -> None:
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()


@contextlib.asynccontextmanager
async def connected(folder: Path, **patience: float) -> AsyncIterator[Client]:
    """A client of a service with this patience."""
    router = APIRouter()

    @router.post("/length")
    async def measure(request: Request) -> int:
        return len(await request.body())

    settings = ServiceSettings.model_validate({"var": folder, "port": 0, "metrics_port": None, **patience})
    parts = {"routers": [router], "statuses": {}, "metrics": Metrics("things"), "checks": {}}
    app = create_service("things", settings, max_body=10**7, **parts)
    config = configure(app, settings)
    server, sock = Server(config, app), config.bind_socket()
    task = asyncio.create_task(server.serve([sock]))
    while not server.started:
        await asyncio.sleep(0.01)
    client = Client(*await asyncio.open_connection("127.0.0.1", sock.getsockname()[1]))
    try:
        yield client
    finally:
        await client.close()
        server.should_exit = True
        await task
        sock.close()


def status(answer: bytes) -> int:
    return int(answer.split()[1])


def code(answer: bytes) -> str:
    assert b"content-type: application/problem+json" in answer and b"connection: close" in answer
    return str(json.loads(answer.partition(b"\r\n\r\n")[2])["code"])


GET = b"GET /livez HTTP/1.1\r\nHost: x\r\n"
POST = b"POST /length HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"


async def test_requests_in_time_are_answered_one_after_the_other(tmp_path: Path) -> None:
    async with connected(tmp_path, head_seconds=0.5, body_seconds=0.5) as client:
        for _ in range(3):
            await client.send(GET + b"\r\n")
            assert status(await client.answer()) == 200
            await client.send(POST + b"x" * 60_000)
            await asyncio.sleep(0.2)
            await client.send(b"x" * 40_000)
            assert status(await client.answer()) == 200


async def test_a_connection_on_which_nothing_is_asked_is_closed(tmp_path: Path) -> None:
    async with connected(tmp_path, head_seconds=0.2) as client:
        assert await client.rest() == b""


@pytest.mark.parametrize("part", [b"a", b"X-A: b\r\n"], ids=["a header without end", "headers without end"])
async def test_a_head_that_comes_too_slowly_is_refused(tmp_path: Path, part: bytes) -> None:
    async with connected(tmp_path, head_seconds=0.3) as client:
        begun = time.monotonic()
        await client.send(GET + (b"X-Long: " if part == b"a" else b""))
        answer = await client.trickle(part)
    assert (status(answer), code(answer)) == (408, "request_timeout")
    assert time.monotonic() - begun < 2


async def test_a_second_head_has_its_time_as_well(tmp_path: Path) -> None:
    async with connected(tmp_path, head_seconds=0.3) as client:
        await client.send(GET + b"\r\n")
        assert status(await client.answer()) == 200
        await client.send(GET)
        assert status(await client.rest()) == 408


@pytest.mark.parametrize("ended", [False, True], ids=["endless", "whole"])
async def test_a_head_that_is_too_large_is_refused(tmp_path: Path, ended: bool) -> None:
    async with connected(tmp_path, head_bytes=2048) as client:
        await client.send(GET + b"X-Long: " + b"a" * 3000 + (b"\r\n\r\n" if ended else b""))
        answer = await client.rest()
    assert (status(answer), code(answer)) == (431, "headers_too_large")


async def test_many_small_headers_count_as_one_large_one(tmp_path: Path) -> None:
    async with connected(tmp_path, head_bytes=2048) as client:
        await client.send(GET + b"".join(b"X-%d: a\r\n" % number for number in range(400)) + b"\r\n")
        assert status(await client.rest()) == 431


async def test_a_large_body_does_not_count_as_a_head(tmp_path: Path) -> None:
    async with connected(tmp_path, head_bytes=2048) as client:
        await client.send(POST + b"x" * 100_000)
        assert status(await client.answer()) == 200


@pytest.mark.parametrize("part", [b"", b"x"], ids=["stands still", "grows by single bytes"])
async def test_a_body_that_does_not_go_on_is_refused(tmp_path: Path, part: bytes) -> None:
    async with connected(tmp_path, body_seconds=0.3) as client:
        await client.send(POST + b"x" * 1000)
        answer = await client.trickle(part)
    assert (status(answer), code(answer)) == (408, "request_timeout")


async def test_a_slow_body_that_goes_on_is_taken(tmp_path: Path) -> None:
    async with connected(tmp_path, body_seconds=0.4) as client:
        await client.send(POST)
        for _ in range(5):
            await client.send(b"x" * 20_000)
            await asyncio.sleep(0.2)
        assert status(await client.answer()) == 200


async def test_what_is_no_http_gets_a_problem(tmp_path: Path) -> None:
    async with connected(tmp_path) as client:
        await client.send(b"\x16\x03\x01 hello\r\n\r\n")
        answer = await client.rest()
    assert (status(answer), code(answer)) == (400, "bad_request")
