"""What MLflow shows of a training whose job has failed."""

import os
from contextlib import closing

from longhand.errors import LonghandError
from longhand.registry.errors import RegistryError
from longhand.registry.registry import Registry


def mark(mlflow: str, model: str, error: LonghandError) -> None:
    """Let the runs of this job say that it failed: a training ends well, and a stage after it may not.

    The job fails for its own reason, also where the registry is away.
    """
    try:
        with closing(Registry(mlflow, timeout=30)) as registry:
            registry.fail_job(model, os.environ.get("LONGHAND_JOB", ""), f"{error.code}: {error.sentence}")
    except RegistryError as trouble:
        print(f"MLflow does not show that this training failed: {trouble.sentence}", flush=True)
