"""`python -m tests.journeys.load`: clients that send a picture, wait for the answer, and send it again.

In a process of its own, over plain sockets, so that what is measured is the platform and not the client. A refused
client waits as long as `Retry-After` says. Stops after the given seconds, or when its standard input is closed.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
REFUSALS = (429, 503)
TIMEOUT = 60


@dataclass
class Tally:
    """What the clients saw: seconds of what was answered, statuses, and what went wrong."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    without_retry_after: int = 0
    broken: list[str] = field(default_factory=list)

    def report(self, lasted: float) -> dict[str, Any]:
        """The figures of a run."""
        cuts = statistics.quantiles(self.seconds, n=100) if len(self.seconds) > 1 else [0.0] * 99
        return {
            "per_second": len(self.seconds) / lasted,
            "p50": cuts[49],
            "p99": cuts[98],
            "statuses": dict(self.statuses),
            "without_retry_after": self.without_retry_after,
            "broken": self.broken[:20],
        }


class Connection:
    """One client's connection, opened again where the server closes it with an answer."""

    def __init__(self, host: str, port: int, request: bytes) -> None:
        self._address, self._request = (host, port), request
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self) -> tuple[int, dict[str, str]]:
        """Status and headers of the answer."""
        reader, writer = self._streams or await asyncio.open_connection(*self._address)
        self._streams = reader, writer
        writer.write(self._request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
        headers = dict(line.split(": ", 1) for line in head[1:] if line)
        await reader.readexactly(int(headers["content-length"]))
        if headers.get("connection") == "close":
            self.close()
        return int(head[0].split()[1]), headers

    def close(self) -> None:
        """The next question opens another."""
        if self._streams:
            self._streams[1].close()
        self._streams = None


async def repeat(connection: Connection, tally: Tally, over: asyncio.Event, pause: float = 0) -> None:
    """One client, which asks at most once every `pause` seconds."""
    while not over.is_set():
        begun = time.perf_counter()
        try:
            async with asyncio.timeout(TIMEOUT):
                status, headers = await connection.ask()
        except (OSError, EOFError, TimeoutError) as error:
            tally.broken.append(repr(error))
            connection.close()
            continue
        tally.statuses[status] += 1
        if status == 200:
            tally.seconds.append(time.perf_counter() - begun)
        if status in REFUSALS:
            tally.without_retry_after += "retry-after" not in headers
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), float(headers.get("retry-after", 1)))
        elif (left := begun + pause - time.perf_counter()) > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), left)


async def run(url: str, token: str, picture: Path, clients: int, seconds: float, rate: float) -> dict[str, Any]:
    """So many clients for so many seconds, which ask at most `rate` times a second together; 0 for no limit."""
    address, over, ended, tally = httpx.URL(url), asyncio.Event(), asyncio.Event(), Tally()
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), ended.set)  # a pipe can be read once it is closed
    request = compose(address, token, picture.read_bytes())
    assert address.port
    connections = [Connection(address.host, address.port, request) for _ in range(clients)]
    pause = clients / rate if rate else 0
    tasks = [asyncio.create_task(repeat(one, tally, over, pause)) for one in connections]
    begun = time.perf_counter()
    with suppress(TimeoutError):
        await asyncio.wait_for(ended.wait(), seconds)
    lasted = time.perf_counter() - begun
    report = tally.report(lasted)
    over.set()
    await asyncio.gather(*tasks)
    return report | {"statuses": dict(tally.statuses), "broken": tally.broken[:20]}


def compose(address: httpx.URL, token: str, picture: bytes) -> bytes:
    """The bytes of the request that every client sends."""
    request = httpx.Request(
        "POST",
        address.join("/predict"),
        headers={"Authorization": f"Bearer {token}"},
        files={"file": ("word.png", picture, "image/png")},
    )
    head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    return f"POST /predict HTTP/1.1\r\n{head}\r\n".encode() + request.read()


class Load:
    """The clients, in a process that is ended when this is left."""

    def __init__(self, url: str, token: str, picture: Path, clients: int, seconds: float, rate: float = 0) -> None:
        given = [url, token, str(picture), str(clients), str(seconds), str(rate)]
        command = [sys.executable, "-m", "tests.journeys.load", *given]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)

    def __enter__(self) -> "Load":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def report(self, *, at_once: bool = False) -> dict[str, Any]:
        """What the clients saw, once their time is over, or `at_once`."""
        if at_once and self._process.stdin:
            self._process.stdin.close()
            self._process.stdin = None
        assert self._process.stdout
        found: dict[str, Any] = json.loads(self._process.stdout.read())
        self._process.wait(TIMEOUT)
        return found


def main() -> None:
    """Run, and print the figures as JSON."""
    parser = argparse.ArgumentParser()
    for name, kind in (
        ("url", str),
        ("token", str),
        ("picture", Path),
        ("clients", int),
        ("seconds", float),
        ("rate", float),
    ):
        parser.add_argument(name, type=kind)
    print(json.dumps(asyncio.run(run(**vars(parser.parse_args())))), flush=True)


if __name__ == "__main__":
    main()
