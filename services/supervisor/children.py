"""Child processes that are kept alive, and leave nothing behind."""

import asyncio
import sys
import time
from collections.abc import Callable
from pathlib import Path

from services.supervisor import lifeline
from services.supervisor.programs import Program

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
SETTLED = 60.0
LOG_LIMIT = 20 * 2**20


class Group:
    """The process group of all children, with the lifeline that ends it when this process is gone."""

    def __init__(self, grace: float) -> None:
        self._command = (sys.executable, "-I", "-S", lifeline.__file__, str(grace))
        self._keeper: asyncio.Task[None] | None = None
        self._process: asyncio.subprocess.Process | None = None
        self.id = 0

    async def open(self) -> None:
        """Start the lifeline, and keep it."""
        await self._spawn()
        self._keeper = asyncio.create_task(self._keep())

    async def close(self) -> None:
        """End whatever is left in the group."""
        if self._keeper:
            self._keeper.cancel()
            await asyncio.wait([self._keeper])
        if self._process and self._process.stdin:
            self._process.stdin.close()
            await self._process.wait()

    async def _keep(self) -> None:
        while self._process:
            await self._process.wait()
            await self._spawn()

    async def _spawn(self) -> None:
        try:
            await self._start(self.id)
        except PermissionError:  # the group went with its last member
            await self._start(0)

    async def _start(self, group: int) -> None:
        pipe, null = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=pipe, stdout=null, stderr=null, process_group=group
        )
        self.id = group or self._process.pid


class Child:
    """A program that runs, and comes back when it dies: after half a second, later twice as long, at most 30 s."""

    def __init__(self, program: Program, logs: Path, group: Group, say: Callable[[str], None]) -> None:
        self.program, self.log = program, logs / f"{program.name}.log"
        self._group, self._say = group, say
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None
        self.deaths = self._begin = 0

    @property
    def pid(self) -> int | None:
        """The running process; none while it is down."""
        return self._process.pid if self._process and self._process.returncode is None else None

    def tail(self, lines: int) -> list[str]:
        """The last lines of its log since its latest start: what earlier runs said is not what ails this one."""
        if not self.log.exists():
            return []
        with self.log.open("rb") as log:
            log.seek(self._begin)
            return log.read().decode(errors="replace").splitlines()[-lines:]

    def start(self) -> None:
        """Keep it running from now on."""
        self._keeper = asyncio.create_task(self._keep())

    async def stop(self, grace: float) -> None:
        """SIGTERM, `grace` seconds, SIGKILL; it does not come back."""
        if self._keeper:
            self._keeper.cancel()
            await asyncio.wait([self._keeper])
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), grace)
        except TimeoutError:
            process.kill()
            await process.wait()

    async def _keep(self) -> None:
        pause = FIRST_PAUSE
        while True:
            started = time.monotonic()
            end = await self._run()
            pause = FIRST_PAUSE if time.monotonic() - started > SETTLED else pause
            self.deaths += 1
            self._say(f"{self.program.name} ended ({end}); starting it again. Its log: {self.log}")
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)

    async def _run(self) -> str:
        """Start it and wait for its end; how it ended."""
        try:
            return _reason(await (await self._spawn()).wait())
        except OSError as error:
            return str(error)

    async def _spawn(self) -> asyncio.subprocess.Process:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self._begin = log.tell()
            self._process = await asyncio.create_subprocess_exec(
                *self.program.command,
                env=dict(self.program.environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=self._group.id,
            )
        return self._process


def _reason(status: int) -> str:
    return f"killed by signal {-status}" if status < 0 else f"exit status {status}"
