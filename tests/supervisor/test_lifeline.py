"""The supervisor is killed with -9, and nothing of the platform survives it."""

import subprocess
import sys
import time
from pathlib import Path

from tests.platform import alive

PARENT = """
import asyncio, sys, time
from pathlib import Path
from services.supervisor.platform import Platform
from tests.supervisor.toys import PARENT, STUBBORN, program, server

async def main():
    platform = Platform([server(), program("deaf", STUBBORN), program("parent", PARENT)], Path(sys.argv[1]), print, 0.5)
    await platform.start(20)
    await asyncio.sleep(0.5)
    grandchild = Path(sys.argv[1], "parent.log").read_text().strip()
    group = platform.children["server"]._group
    print("pids", *(child.pid for child in platform.children.values()), group._process.pid, grandchild, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


def test_after_kill_9_of_the_supervisor_everything_ends(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    environment = {"PYTHONPATH": f"{root / 'src'}:{root}", "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-c", PARENT, str(tmp_path)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout
        line = next(line for line in supervisor.stdout if line.startswith("pids"))
        pids = [int(pid) for pid in line.split()[1:]]
        assert len(pids) == 5 and all(alive(pid) for pid in pids)
        supervisor.kill()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and any(alive(pid) for pid in pids):
        time.sleep(0.05)
    assert not [pid for pid in pids if alive(pid)]
