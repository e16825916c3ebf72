"""`python -m services.supervisor`: the whole platform on this machine, until Ctrl-C."""

import argparse
import asyncio
import fcntl
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from longhand.handwriting.errors import LonghandError
from services.supervisor.platform import Platform
from services.supervisor.ports import check_ports
from services.supervisor.programs import platform
from services.supervisor.settings import SupervisorSettings
from services.supervisor.welcome import describe, read_sample, show


class AlreadyRunning(LonghandError):
    """Another supervisor owns this directory."""

    code = "already_running"


def main() -> int:
    """Run until a signal comes; 0 after an orderly end, 1 where it could not start."""
    settings = _settings(sys.argv[1:])
    try:
        with _own(settings.var):
            return asyncio.run(_run(settings))
    except LonghandError as error:
        print(error.sentence, file=sys.stderr)
        return 1


def _settings(arguments: list[str]) -> SupervisorSettings:
    parser = argparse.ArgumentParser(
        prog="python -m services.supervisor", description="Starts Longhand on this machine."
    )
    parser.add_argument("--port-offset", type=int, help="added to every port, to run beside another platform")
    parser.add_argument("--var", type=Path, help="the directory of all state (LONGHAND_VAR)")
    given = {key: value for key, value in vars(parser.parse_args(arguments)).items() if value is not None}
    return SupervisorSettings(**given)


@contextmanager
def _own(var: Path) -> Iterator[None]:
    """The directory is ours alone while this lasts; raises AlreadyRunning."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "supervisor.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(f"Longhand already runs on {var}. Stop it, or set LONGHAND_VAR to another.") from error
        yield


async def _run(settings: SupervisorSettings) -> int:
    check_ports(settings)
    _prepare(settings.var)
    stop = _listen()
    whole = Platform(platform(settings, os.environ), settings.var / "logs", _say, settings.supervisor_grace)
    up = asyncio.create_task(_bring_up(whole, settings))
    ending = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([up, ending], return_when=asyncio.FIRST_COMPLETED)
        if up.done():
            up.result()
            await ending
    finally:
        up.cancel()
        _say("\nStopping.")
        await whole.stop()
    _say("Everything has ended.")
    return 0


async def _bring_up(whole: Platform, settings: SupervisorSettings) -> None:
    started = time.monotonic()
    _say("Starting Longhand.")
    await whole.start(settings.supervisor_patience, settings.trust())
    _say(describe(settings, time.monotonic() - started))
    if settings.demonstrates:
        try:
            _say(show(settings, await read_sample(settings)))
        except httpx.HTTPError as error:
            _say(f"\nThe sample picture could not be read: {error}")
    _say("\nCtrl-C stops everything.")


def _prepare(var: Path) -> None:
    for folder in ("logs", "mlflow/artifacts"):
        (var / folder).mkdir(parents=True, exist_ok=True)
    if not all((var / "keys" / name).exists() for name in ("gateway.pem", "gateway.pub")):
        from longhand.servicekit.tokens import create_keys  # 40 MB that are needed once in a lifetime

        create_keys(var / "keys")


def _listen() -> asyncio.Event:
    """Set by the first signal; a second one ends this process at once, and the lifeline ends the children."""
    stop = asyncio.Event()

    def hear() -> None:
        if stop.is_set():
            os._exit(1)
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, hear)
    return stop


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
