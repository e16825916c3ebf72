"""`python -m services.supervisor`: the whole platform on this machine, until Ctrl-C."""

import argparse
import asyncio
import os
import sys
from contextlib import suppress
from pathlib import Path

from longhand.errors import LonghandError
from services.supervisor.ports import check_ports
from services.supervisor.programs import platform
from services.supervisor.running import own, run
from services.supervisor.settings import SupervisorSettings


def main(arguments: list[str] | None = None) -> int:
    """Run until a signal comes; 0 after an orderly end, 1 where it could not start."""
    settings = read_settings(arguments)
    try:
        with own(settings.var):
            check_ports(settings)
            asyncio.run(run(settings, platform(settings, os.environ), say))
    except LonghandError as error:
        print(error.sentence, file=sys.stderr)
        return 1
    return 0


def read_settings(arguments: list[str] | None) -> SupervisorSettings:
    """The settings of the environment, changed by the arguments."""
    parser = argparse.ArgumentParser(prog="python -m services.supervisor", description="Starts Longhand here.")
    parser.add_argument("--port-offset", type=int, help="added to every port, to run beside another platform")
    parser.add_argument("--var", type=Path, help="the directory of all state (LONGHAND_VAR)")
    given = {key: value for key, value in vars(parser.parse_args(arguments)).items() if value is not None}
    return SupervisorSettings(**given)


def say(line: str) -> None:
    """Tell the person, if there is still a terminal."""
    with suppress(OSError):
        print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
