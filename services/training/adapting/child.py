"""The process that adapts: it stays, with the networks and what they answer to the pictures of others.

One adapts the last layer within seconds. Another, which was started with `--deep`, lets the network learn what it takes
beside a person's pictures, once they have corrected enough of them.
"""

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from longhand.contracts.jobs import AdaptRequest
from longhand.errors import LonghandError
from longhand.registry.errors import RegistryUnavailable
from longhand.registry.registry import Registry
from longhand.samples.blobs import Blobs
from longhand.samples.files import Files
from longhand.samples.lessons import Lessons
from longhand.servicekit.jobs import child
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.state import open_engine, open_reader, reading
from services.training.adapting.desk import Deepening, Desk
from services.training.adapting.records import Adaptations
from services.training.deployment.deployer import Deployer
from services.training.gate.records import JOURNAL, STATE

DEEP_NICE = 10
"""Whoever waits for a reading comes before a process that nobody waits for."""

PATIENCE_S, PAUSE_S = 120.0, 2.0
Result = TypeVar("Result")


def main() -> None:
    """Do one job after another, as the worker asks."""
    parser = argparse.ArgumentParser()
    for name in ("store", "bundles", "mlflow"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--deep", action="store_true")
    given = parser.parse_args()
    if given.deep:
        os.nice(DEEP_NICE)
    engine, registry = open_engine(os.environ[STATE]), Registry(given.mlflow)
    desk = Desk(
        Deployer(engine, registry),
        Adaptations(JobStore(engine, "trn")),
        Lessons(open_reader(os.environ[JOURNAL]), reading),
        Blobs(Files(given.store)),
        registry,
        Path(given.bundles),
        deepen=_find_deepening() if given.deep else None,
    )
    child.serve(lambda: _do(desk.work))


def _find_deepening() -> Callable[[Path], Deepening]:
    """What only the deep process needs: Keras takes seconds and half a gigabyte."""
    from services.training.adapting.deepening import Deepening as Learning

    return Learning


def work_patiently(work: Callable[[], Result], patience: float = PATIENCE_S, pause: float = PAUSE_S) -> Result:
    """Do it again while the registry is away: after a start of the platform it answers seconds after this process.

    Raises RegistryUnavailable where it is away for `patience` seconds, and whatever else `work` raises.
    """
    until = time.monotonic() + patience
    while True:
        try:
            return work()
        except RegistryUnavailable as error:
            if time.monotonic() >= until:
                raise
            print(f"It is tried again: {error.sentence}", flush=True)
            time.sleep(pause)


def _do(work: Callable[[AdaptRequest], dict[str, str]]) -> None:
    try:
        request = AdaptRequest.model_validate(child.read_arguments())
        child.write_result(work_patiently(lambda: work(request)))
    except LonghandError as error:
        child.fail(error.code, error.sentence)


if __name__ == "__main__":
    main()
