import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from services.supervisor.platform import NotStarted, Platform
from services.supervisor.programs import Program
from tests.platform import alive
from tests.supervisor.toys import BROKEN, PARENT, STUBBORN, program, server


class Stage:
    """Starts platforms of toys, remembers what they say, and leaves none running."""

    def __init__(self, directory: Path) -> None:
        self.directory, self.said, self.started = directory, list[str](), list[Platform]()

    def build(self, *programs: Program, grace: float = 5) -> Platform:
        self.started.append(Platform(programs, self.directory, self.said.append, grace))
        return self.started[-1]


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path)
    yield stage
    for platform in stage.started:
        await platform.stop()


async def soon(true: Callable[[], bool], seconds: float = 10) -> None:
    """Waits until the function answers with something true."""
    for _ in range(int(seconds / 0.02)):
        if true():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not happen")


async def test_start_returns_when_everything_answers(stage: Stage) -> None:
    platform = stage.build(server("one"), server("two"))
    await platform.start(patience=20)
    assert {line.split()[0] for line in stage.said} == {"one", "two"}
    assert (stage.directory / "one.log").read_text() == "serving\n"


async def test_a_child_that_dies_comes_back(stage: Stage) -> None:
    platform = stage.build(server())
    await platform.start(patience=20)
    child = platform.children["server"]
    first = child.pid
    assert first
    os.kill(first, signal.SIGKILL)
    await soon(lambda: child.pid not in (None, first))
    assert any("server ended (killed by signal 9)" in line for line in stage.said)


async def test_what_cannot_start_is_named_with_the_end_of_its_log(stage: Stage) -> None:
    platform = stage.build(server(), program("broken", BROKEN, ready="http://127.0.0.1:9/readyz"))
    with pytest.raises(NotStarted, match=r"(?s)broken ended again and again.*the setting X is wrong"):
        await platform.start(patience=20)


async def test_what_an_earlier_run_said_is_not_shown(stage: Stage) -> None:
    (stage.directory / "broken.log").write_text("all is well\n" * 20)
    platform = stage.build(program("broken", BROKEN, ready="http://127.0.0.1:9/readyz"))
    with pytest.raises(NotStarted) as caught:
        await platform.start(patience=20)
    assert caught.value.sentence.splitlines()[1:] == ["  the setting X is wrong"]


async def test_what_does_not_get_ready_is_named(stage: Stage) -> None:
    platform = stage.build(program("mute", STUBBORN, ready="http://127.0.0.1:9/readyz"), grace=0.2)
    with pytest.raises(NotStarted, match=r"mute does not get ready\. .*does not answer"):
        await platform.start(patience=0.5)


async def test_stopping_ends_the_polite_and_the_deaf_and_their_children(stage: Stage) -> None:
    platform = stage.build(server(), program("deaf", STUBBORN), program("parent", PARENT), grace=0.5)
    await platform.start(patience=20)
    logs = [stage.directory / f"{name}.log" for name in ("deaf", "parent")]
    await soon(lambda: all(log.exists() and log.read_text() for log in logs))
    pids = [child.pid for child in platform.children.values()] + [int(logs[1].read_text())]
    await platform.stop()
    assert not [pid for pid in pids if pid and alive(pid)]


async def test_a_lifeline_that_is_cut_is_spun_again(stage: Stage) -> None:
    platform = stage.build(server())
    await platform.start(patience=20)
    group = platform.children["server"]._group
    assert group._process
    first = group._process.pid
    os.kill(first, signal.SIGKILL)
    await soon(lambda: group._process is not None and group._process.pid != first)
    assert group.id == first
    await platform.stop()
    assert not platform.children["server"].pid


async def test_a_log_that_has_grown_too_long_is_put_aside(stage: Stage) -> None:
    log = stage.directory / "server.log"
    with log.open("wb") as file:
        file.truncate(21 * 2**20)
    await stage.build(server()).start(patience=20)
    assert log.read_text() == "serving\n"
    assert (stage.directory / "server.log.1").stat().st_size == 21 * 2**20


async def test_a_program_that_is_not_there_is_named(stage: Stage) -> None:
    platform = stage.build(Program("missing", ("/no/such/program",), {}, "http://127.0.0.1:9/readyz"))
    with pytest.raises(NotStarted, match=r"missing ended again and again"):
        await platform.start(patience=20)
    assert any("No such file" in line for line in stage.said)
