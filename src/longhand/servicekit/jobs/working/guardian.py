"""Runs a job's command in its own process group, and ends the whole group when the worker is gone.

Run as a script, `guardian.py COMMAND…`, by an interpreter without site-packages: the standard library only.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence

LIFELINE = "LONGHAND_LIFELINE"


def hold_lifeline() -> None:
    """Kills this process group as soon as the worker's end of the lifeline closes; without a lifeline, nothing."""
    descriptor = os.environ.pop(LIFELINE, None)
    if descriptor is not None:
        threading.Thread(target=_wait_for_end, args=(int(descriptor),), daemon=True).start()


def _wait_for_end(descriptor: int) -> None:
    while os.read(descriptor, 1):
        pass
    os.killpg(os.getpgrp(), signal.SIGKILL)


def guard(command: Sequence[str]) -> int:
    """The command's exit status (128 + N after signal N); the guardian itself outlives a SIGTERM to the group."""
    hold_lifeline()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)  # not SIG_IGN, which the command would inherit
    try:
        status = subprocess.call(command)
    except OSError as error:
        print(f"{command[0]} cannot be started: {error}", file=sys.stderr)
        return 127
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(guard(sys.argv[1:]))
