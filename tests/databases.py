"""PostgreSQL from Debian's packages, run by hand for as long as a test needs it."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.ports import free_port

ACCOUNT = "postgres"


def find_postgres() -> Path:
    """The folder of PostgreSQL's own programs, which Debian leaves out of PATH."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not folders:
        pytest.skip("PostgreSQL is missing; on Debian: apt-get install postgresql")
    return folders[-1].parent


def find_library() -> str:
    """The library that shifts a program's clock; the test is left out where it is missing."""
    if found := sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")):
        return str(found[0])
    pytest.skip("faketime is missing; on Debian: apt-get install faketime")


def find_program(name: str) -> str:
    """The path of a program of Debian's package of the same name; the test is left out where it is missing."""
    if found := shutil.which(name):
        return found
    pytest.skip(f"{name} is missing; on Debian: apt-get install {name}")


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of a fresh PostgreSQL on loopback; gone at the end."""
    programs, port = find_postgres(), free_port()
    folder = Path(tempfile.mkdtemp(prefix="longhand-postgres-"))
    become = _own(folder)
    create = [*become, programs / "initdb", "--pgdata", folder / "data", "--username", "longhand", "--auth", "trust"]
    subprocess.run(create, check=True, capture_output=True, timeout=60)
    options = ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}", "-c", "fsync=off"]
    command = [*become, programs / "postgres", "-D", folder / "data", "-p", str(port), *options]
    try:
        with running(command, folder / "log"):
            ready = [programs / "pg_isready", "--host", "127.0.0.1", "--port", str(port), "--quiet"]
            wait(lambda: subprocess.run(ready, timeout=10).returncode == 0, folder / "log")
            yield f"postgresql://longhand@127.0.0.1:{port}/postgres"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def answers(port: int) -> bool:
    """Whether somebody listens on a port of loopback."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def running(command: list[str | Path], log: Path, environment: dict[str, str] | None = None) -> Iterator[int]:
    """The process id of a program that is ended, politely first, when this is left."""
    with log.open("ab") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=environment, start_new_session=True)
    try:
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait(ready: Callable[[], bool], log: Path, seconds: float = 60) -> None:
    """Returns once `ready()` says so; fails with the end of `log` where it does not in time."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            pytest.fail(f"it did not get ready:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.1)


def _own(folder: Path) -> list[str | Path]:
    """How to run a program as a user who may own `folder`: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return []
    account = pwd.getpwnam(ACCOUNT)
    os.chown(folder, account.pw_uid, account.pw_gid)
    return ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
