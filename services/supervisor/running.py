"""From nothing to a platform that reads, and back to nothing."""

import asyncio
import fcntl
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from longhand.errors import LonghandError
from services.supervisor.models import await_models
from services.supervisor.platform import Platform
from services.supervisor.programs import Program
from services.supervisor.settings import SupervisorSettings
from services.supervisor.welcome import describe, read_sample, show

Say = Callable[[str], None]


class AlreadyRunning(LonghandError):
    """Another supervisor owns this directory."""

    code = "already_running"


@contextmanager
def own(var: Path) -> Iterator[None]:
    """The directory is ours alone while this lasts; raises AlreadyRunning."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "supervisor.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(f"Longhand already runs on {var}. Stop it, or set LONGHAND_VAR to another.") from error
        yield


async def run(settings: SupervisorSettings, programs: Sequence[Program], say: Say) -> None:
    """Everything up, until a signal comes; then everything down, also where it did not come up (NotStarted)."""
    prepare(settings.var)
    whole = Platform(programs, settings.var / "logs", say, settings.supervisor_grace)
    up, ending = asyncio.create_task(_bring_up(whole, settings, say)), asyncio.create_task(_hear().wait())
    try:
        await asyncio.wait([up, ending], return_when=asyncio.FIRST_COMPLETED)
        if up.done():
            up.result()
            await ending
    finally:
        up.cancel()
        say("\nStopping.")
        await whole.stop()
        say("Everything has ended.")


def prepare(var: Path) -> None:
    """The folders and keys that the services expect."""
    for folder in ("logs", "mlflow/artifacts", "imports"):
        (var / folder).mkdir(parents=True, exist_ok=True)
    if not all((var / "keys" / name).exists() for name in ("gateway.pem", "gateway.pub")):
        from longhand.servicekit.keys import create_keys  # 40 MB that are needed once in a lifetime

        create_keys(var / "keys")


async def _bring_up(whole: Platform, settings: SupervisorSettings, say: Say) -> None:
    started = time.monotonic()
    say("Starting Longhand.")
    await whole.start(settings.supervisor_patience, settings.trust())
    missing = await await_models(settings, started + settings.supervisor_patience)
    say(describe(settings, time.monotonic() - started, missing))
    if settings.demonstrates:
        try:
            say(show(settings, await read_sample(settings)))
        except (httpx.HTTPError, KeyError, ValueError) as error:
            say(f"\nThe sample picture could not be read: {error!r}")
    say("\nCtrl-C stops everything.")


def _hear() -> asyncio.Event:
    """Set by the first signal; a second one ends this process at once, and the lifeline ends the children."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, lambda: os._exit(1) if stop.is_set() else stop.set())
    return stop
