import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from services.supervisor.__main__ import main, read_settings
from services.supervisor.platform import NotStarted
from services.supervisor.running import AlreadyRunning, own, prepare, run
from services.supervisor.settings import SupervisorSettings
from tests.ports import free_port
from tests.supervisor.toys import BROKEN, program, server, ship

PROGRAM = """
import asyncio, sys
from pathlib import Path
from services.supervisor.running import run
from services.supervisor.settings import SupervisorSettings
from tests.supervisor.toys import STUBBORN, gateway, prediction, program, server
var, port = Path(sys.argv[1]), int(sys.argv[2])
settings = SupervisorSettings(var=var, training_source=var, gateway_port=port, supervisor_grace=5)
never = program("never", STUBBORN, ready="http://127.0.0.1:9/readyz")
asyncio.run(run(settings, eval(sys.argv[3]), lambda line: print(line, flush=True)))
"""


@contextmanager
def supervisor(var: Path, programs: str, port: int = 0, **more: str) -> Iterator[subprocess.Popen[str]]:
    """A process that supervises toys, with more of the environment; a signal to it reaches nobody else."""
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": f"{root / 'src'}:{root}", **more}
    command = [sys.executable, "-c", PROGRAM, str(var), str(port or free_port()), programs]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def read_until(process: subprocess.Popen[str], word: str) -> str:
    """What it says up to the line with this word."""
    assert process.stdout
    said = []
    for line in process.stdout:
        said.append(line)
        if word in line:
            break
    return "".join(said)


def end(process: subprocess.Popen[str], number: int) -> str:
    """What it says from a signal to its end, which is an orderly one."""
    process.send_signal(number)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    return said


def test_a_person_sees_where_to_go_and_a_first_reading_and_an_orderly_end(tmp_path: Path) -> None:
    port = free_port()
    with supervisor(tmp_path, "[gateway(settings.gateway_port), server()]", port) as process:
        said = read_until(process, "Ctrl-C")
        assert end(process, signal.SIGTERM) == "\nStopping.\nEverything has ended.\n"
    assert f"http://127.0.0.1:{port}/docs" in said
    assert "“Handwriting”  (confidence 0.97" in said
    assert (tmp_path / "keys" / "gateway.pem").exists()


def test_ready_is_not_said_before_every_shipped_model_is_loaded(tmp_path: Path) -> None:
    for model in ("characters", "text", "text-fast"):
        ship(tmp_path, model)
    programs = "[prediction(settings.prediction_port, 'characters', 'text')]"
    port = str(free_port())
    with supervisor(tmp_path, programs, LONGHAND_PREDICTION_PORT=port, LONGHAND_DEMO="false") as process:
        assert "Longhand is ready" in read_until(process, "Ctrl-C")
        end(process, signal.SIGTERM)
    asked = (tmp_path / "logs" / "prediction.log").read_text().splitlines()
    assert asked == ["", "characters", "characters text"]


def test_what_is_shipped_and_does_not_read_is_named_and_ends_nothing(tmp_path: Path) -> None:
    ship(tmp_path, "text")
    more = {"LONGHAND_PREDICTION_PORT": str(free_port()), "LONGHAND_SUPERVISOR_PATIENCE": "5"}
    with supervisor(tmp_path, "[server()]", LONGHAND_DEMO="false", **more) as process:
        said = read_until(process, "Ctrl-C")
        assert "does not read with text" in said and "is ready" not in said
        end(process, signal.SIGTERM)


def test_a_sample_that_cannot_be_read_is_said_and_ends_nothing(tmp_path: Path) -> None:
    with supervisor(tmp_path, "[server()]") as process:
        assert "The sample picture could not be read" in read_until(process, "Ctrl-C")
        end(process, signal.SIGHUP)


def test_a_signal_while_it_starts_ends_it_and_a_second_one_at_once(tmp_path: Path) -> None:
    with supervisor(tmp_path, "[never]") as process:
        read_until(process, "Starting")
        process.send_signal(signal.SIGINT)
        read_until(process, "Stopping")
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 1  # who is in a hurry does not wait for a child that is deaf


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
