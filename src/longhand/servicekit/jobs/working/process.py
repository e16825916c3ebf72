"""A process group of its own: everything a job starts stays in it, and dies with it and with the worker."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from longhand.servicekit.jobs.working import guardian

# Without site-packages a guardian starts in 20 ms and takes 8 MB.
GUARDIAN = [sys.executable, "-I", "-S", guardian.__file__]


class Process:
    """A running command with its guardian."""

    def __init__(self, process: subprocess.Popen[bytes], lifeline: int) -> None:
        self._process, self._lifeline = process, lifeline

    @classmethod
    def start(cls, command: Sequence[str], environment: Mapping[str, str], log: Path, listens: bool = False) -> Self:
        """Starts the command; one that `listens` has a pipe for `say` as its stdin. OSError where that cannot be."""
        inner, outer = os.pipe()
        try:
            process = _spawn([*GUARDIAN, *command], environment, log, listens, inner)
        except OSError:
            os.close(outer)
            raise
        finally:
            os.close(inner)
        return cls(process, outer)

    @property
    def status(self) -> int | None:
        """The exit status; None while the command runs."""
        return self._process.poll()

    def say(self, line: str) -> None:
        """Writes a line to the command's stdin; one that has ended does not hear it."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()

    def terminate(self) -> None:
        """Asks the whole group to end."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """Ends the whole group, now."""
        self._signal(signal.SIGKILL)
        self._process.wait()
        self.sweep()

    def sweep(self) -> None:
        """Kills what a command that has ended left running."""
        self._signal(signal.SIGKILL)
        if self._process.stdin:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)


def _spawn(
    command: Sequence[str], environment: Mapping[str, str], log: Path, listens: bool, lifeline: int
) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            env={**environment, guardian.LIFELINE: str(lifeline)},
            stdin=subprocess.PIPE if listens else subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=(lifeline,),
            start_new_session=True,
        )
