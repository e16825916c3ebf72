import asyncio
import os
import signal
from pathlib import Path

import pytest

from services.supervisor.__main__ import main, read_settings
from services.supervisor.platform import NotStarted
from services.supervisor.programs import Program
from services.supervisor.running import AlreadyRunning, own, prepare, run
from services.supervisor.settings import SupervisorSettings
from tests.mlflow import free_port
from tests.supervisor.toys import BROKEN, gateway, program, server


async def run_until_read(settings: SupervisorSettings, programs: list[Program]) -> str:
    """What is said until the platform is up and a signal has ended it."""
    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        if "Ctrl-C" in line:
            os.kill(os.getpid(), signal.SIGTERM)

    await asyncio.wait_for(run(settings, programs, say), 30)
    return "\n".join(said)


async def test_a_person_sees_where_to_go_and_a_first_reading_and_an_orderly_end(tmp_path: Path) -> None:
    settings = SupervisorSettings(var=tmp_path, gateway_port=free_port())
    said = await run_until_read(settings, [gateway(settings.gateway_port), server()])
    assert f"http://127.0.0.1:{settings.gateway_port}/docs" in said
    assert "“Handwriting”  (confidence 0.97" in said
    assert said.endswith("Stopping.\nEverything has ended.")
    assert (tmp_path / "keys" / "gateway.pem").exists()


async def test_a_sample_that_cannot_be_read_is_said_and_ends_nothing(tmp_path: Path) -> None:
    said = await run_until_read(SupervisorSettings(var=tmp_path, gateway_port=free_port()), [server()])
    assert "The sample picture could not be read" in said


async def test_a_signal_while_it_starts_ends_it_too(tmp_path: Path) -> None:
    never = program("never", "import time; time.sleep(600)", ready="http://127.0.0.1:9/readyz")
    asyncio.get_running_loop().call_later(0.5, os.kill, os.getpid(), signal.SIGINT)
    await asyncio.wait_for(run(SupervisorSettings(var=tmp_path), [never], lambda line: None), 20)


async def test_where_a_child_cannot_start_everything_ends(tmp_path: Path) -> None:
    broken = program("broken", BROKEN, ready="http://127.0.0.1:9/readyz")
    with pytest.raises(NotStarted, match="broken"):
        await asyncio.wait_for(run(SupervisorSettings(var=tmp_path), [server(), broken], lambda line: None), 30)


def test_one_directory_has_one_supervisor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with own(tmp_path):
        with pytest.raises(AlreadyRunning, match="LONGHAND_VAR"), own(tmp_path):
            pass
        assert main(["--var", str(tmp_path)]) == 1
    assert "already runs" in capsys.readouterr().err


def test_there_is_a_place_for_folders_to_ingest_before_anybody_needs_it(tmp_path: Path) -> None:
    prepare(tmp_path)
    assert (tmp_path / "imports").is_dir()


def test_keys_are_made_once(tmp_path: Path) -> None:
    prepare(tmp_path)
    key = (tmp_path / "keys" / "gateway.pem").read_bytes()
    prepare(tmp_path)
    assert (tmp_path / "keys" / "gateway.pem").read_bytes() == key


def test_arguments_go_before_the_environment(tmp_path: Path) -> None:
    settings = read_settings(["--port-offset", "30", "--var", str(tmp_path)])
    assert (settings.port_offset, settings.var) == (30, tmp_path)
