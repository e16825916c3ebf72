"""Ends the platform's process group when the supervisor is gone, however it went.

Runs as a program of its own, in the group that all children share. Its standard input is a pipe that only
the supervisor holds open: the kernel closes it also after `kill -9`. Uses nothing but the standard library, so
that it is small, and is ended by nothing but SIGKILL.
"""

import os
import signal
import sys
import time
from pathlib import Path


def main() -> None:
    """Wait for the pipe to close; then TERM, some seconds, KILL for the whole group, this process included."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    while sys.stdin.buffer.read(1):
        pass
    end_group(float(sys.argv[1]))


def end_group(grace: float) -> None:
    """End everything in the own process group; those who listen to SIGTERM have `grace` seconds."""
    os.killpg(0, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while time.monotonic() < deadline and others(os.getpgrp()):
        time.sleep(0.1)
    os.killpg(0, signal.SIGKILL)


def others(group: int) -> list[int]:
    """The process ids in the group beside the own one; zombies do not count."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, its_group = stat.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(its_group) == group and state != "Z" and int(stat.parent.name) != os.getpid():
            found.append(int(stat.parent.name))
    return found


if __name__ == "__main__":
    main()
