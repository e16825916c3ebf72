"""What a job says to its worker, and the guardian that ends with the worker."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from longhand.servicekit.jobs import child
from longhand.servicekit.jobs.working import guardian
from tests.servicekit.jobs.conftest import alive, until


def test_json_is_placed_whole(tmp_path: Path):
    child.place_json(tmp_path / "a.json", {"é": 1})
    child.place_json(tmp_path / "a.json", {"é": 2})
    assert json.loads((tmp_path / "a.json").read_text("utf-8")) == {"é": 2}
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_without_a_worker_nothing_is_reported():
    child.report_progress({"epoch": 1})
    child.write_result({})
    guardian.hold_lifeline()


def test_a_failure_ends_the_process():
    with pytest.raises(SystemExit) as ended:
        child.fail("no_data", "Nothing.")
    assert ended.value.code == 1


def guard(tmp_path: Path, program: str, lifeline: int = -1) -> subprocess.Popen[bytes]:
    environment = dict(os.environ) | ({guardian.LIFELINE: str(lifeline)} if lifeline >= 0 else {})
    command = [sys.executable, "-I", "-S", guardian.__file__, sys.executable, "-c", program]
    descriptors = (lifeline,) if lifeline >= 0 else ()
    return subprocess.Popen(command, env=environment, cwd=tmp_path, pass_fds=descriptors, start_new_session=True)


@pytest.mark.parametrize(("program", "status"), [("", 0), ("raise SystemExit(7)", 7), ("import os; os.abort()", 134)])
def test_the_guardian_ends_as_its_command_does(tmp_path: Path, program: str, status: int):
    assert guard(tmp_path, program).wait(20) == status


def test_the_guardian_waits_for_a_command_that_takes_its_time_to_end(tmp_path: Path):
    program = (
        "import signal, sys, time\nfrom pathlib import Path\n"
        "def end(*_):\n    time.sleep(0.5)\n    Path('ended').touch()\n    sys.exit(5)\n"
        "signal.signal(signal.SIGTERM, end)\nPath('ready').touch()\ntime.sleep(60)"
    )
    process = guard(tmp_path, program)
    until(lambda: (tmp_path / "ready").exists(), "it is ready")
    os.killpg(process.pid, signal.SIGTERM)
    assert process.wait(20) == 5 and (tmp_path / "ended").exists()


def test_when_the_lifeline_ends_the_group_dies(tmp_path: Path):
    inner, outer = os.pipe()
    program = "import os, time\nfrom pathlib import Path\nPath('pid').write_text(str(os.getpid()))\ntime.sleep(60)"
    process = guard(tmp_path, program, inner)
    os.close(inner)
    until(lambda: (tmp_path / "pid").exists() and bool((tmp_path / "pid").read_text()), "it runs")
    pid = int((tmp_path / "pid").read_text())
    os.close(outer)
    assert process.wait(20) == -signal.SIGKILL
    until(lambda: not alive(pid), "its command is gone")
