"""What MLflow shows of a training whose job has failed or was stopped."""

import os
import signal
from contextlib import closing
from types import FrameType

from longhand.registry.errors import RegistryError
from longhand.registry.registry import Registry
from longhand.registry.runs import Ending

STOPPED = 143
"""What a shell says of a program that SIGTERM has ended."""


class Stopped(BaseException):
    """The worker has asked this process to end: the job was cancelled, or the worker itself stops."""


def heed_stop() -> None:
    """From now on SIGTERM raises Stopped, so that what has to be said can be said within the worker's grace."""
    signal.signal(signal.SIGTERM, _stop)


def _stop(number: int, _: FrameType | None) -> None:
    signal.signal(number, signal.SIG_DFL)
    raise Stopped


def mark(mlflow: str, model: str, reason: str, ending: Ending = "FAILED", patience_s: float = 30.0) -> None:
    """Let the runs of this job say how it ended: a training ends well, and a stage after it may not.

    The job fails for its own reason, also where the registry is away.
    """
    try:
        with closing(Registry(mlflow, timeout=patience_s)) as registry:
            registry.fail_job(model, os.environ.get("LONGHAND_JOB", ""), reason, ending)
    except RegistryError as trouble:
        print(f"MLflow does not show that this training failed: {trouble.sentence}", flush=True)
