"""The process that does one `gather` job."""

import argparse
import os

from longhand.contracts.learning import GatherRequest
from longhand.contracts.readings import Task
from longhand.errors import LonghandError
from longhand.samples.files import Files
from longhand.samples.trust import Rule
from longhand.servicekit.jobs import child
from longhand.servicekit.state import open_engine
from services.ingestion.gathering.gatherer import Gatherer
from services.ingestion.gathering.wiring import make_gatherer

STATE = "LONGHAND_GATHER_STATE_URL"
"""The variable that names the database, which may hold a password: no argument is the place for it."""


def gather(gatherer: Gatherer, request: GatherRequest, by: str) -> dict[str, object]:
    """Gather what is asked for; the result names the versions."""
    made = []
    for task in [request.task] if request.task else list(Task):
        if found := gatherer.gather(task, request, by):
            left_out = ", ".join(f"{count} {reason}" for reason, count in found.left_out.items()) or "none"
            print(f"{task}: {found.corrections} corrections, {found.new} of them new; left out: {left_out}", flush=True)
            made.append({"task": task.value, "version": found.version, "corrections": found.corrections})
        else:
            print(f"{task}: nothing that has not been gathered", flush=True)
    return {"gathered": made}


def main() -> None:
    """Do the job that the environment names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", required=True)
    for name in ("share", "certainty"):
        parser.add_argument(f"--{name}", type=float, required=True)
    given = parser.parse_args()
    request, engine = GatherRequest.model_validate(child.read_arguments()), open_engine(os.environ[STATE])
    gatherer = make_gatherer(engine, Files(given.store), Rule(given.share, given.certainty))
    try:
        result = gather(gatherer, request, os.environ.get("LONGHAND_JOB_BY", ""))
    except LonghandError as error:
        child.fail(error.code, error.sentence)
    finally:
        engine.dispose()
    child.write_result(result)


if __name__ == "__main__":
    main()
