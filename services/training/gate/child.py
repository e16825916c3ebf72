"""The process that does one job at the gate: reads with both versions, keeps the decision, says what it is."""

import argparse
import json
import os
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from longhand.contracts.gates import GateRecord, GateRequest
from longhand.datasets.drawn import is_drawn
from longhand.errors import LonghandError
from longhand.registry.registry import Registry
from longhand.samples.blobs import Blobs
from longhand.samples.corrections import Corrected, Corrections
from longhand.samples.files import Files
from longhand.samples.sides import Side
from longhand.servicekit.jobs import child
from longhand.servicekit.state import open_engine, open_reader, reading
from services.training.deployment.deployer import Deployer
from services.training.errors import JournalUnavailable
from services.training.gate.gate import Gate
from services.training.gate.material import GateSet, open_gate_set
from services.training.gate.records import JOURNAL, STATE, Gates
from services.training.gate.routes import check
from services.training.gate.trusted import Trusted
from services.training.recipes import read_params


def open_sets(source: Path, model: str) -> GateSet:
    """The gate set of a model, of the sets that the checkout's full recipe names; without that recipe, what the code
    makes."""
    try:
        sets = read_params(source, "full")[model]["sets"]
    except (LonghandError, KeyError):
        sets = {}
    return open_gate_set(model, [name for name in sets if not is_drawn(name)] if isinstance(sets, dict) else [])


def run(request: GateRequest, source: Path, store: str, mlflow: str, trusted: Trusted, by: str) -> GateRecord:
    """Decide, and keep the decision in the database and with the version. Errors are LonghandError."""
    engine = open_engine(os.environ[STATE])
    with closing(Registry(mlflow)) as registry:
        champion = check(Deployer(engine, registry), request.model, request.version)
        standing = {one.reading: one for one in trusted()}
        read = Blobs(Files(store)).get
        gate = Gate(registry, partial(open_sets, source), lambda: list(standing.values()), read, _report)
        record = gate.decide(request.model, request.version, champion, by)
        Gates(engine).keep(record, {id: one.picture for id, one in standing.items()})
        publish(registry, record)
    engine.dispose()
    return record


def publish(registry: Registry, record: GateRecord) -> None:
    """Say on the version's page in the registry how it came out, with all numbers and without people's readings."""
    outcome = "passed" if record.passed else "refused"
    run_id = registry.tag(record.model, record.version, {"gate": outcome, "gate.summary": record.summary})
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"beside-{record.champion}.json"
        values = record.model_dump(mode="json", exclude={"changed"})
        file.write_text(json.dumps(values, indent=1, ensure_ascii=False), encoding="utf-8")
        if run_id:
            registry.attach(run_id, file, f"gate/{record.version}")


def read_trusted(journal: Engine) -> Sequence[Corrected]:
    """The trusted corrections of the gate's half that stand now; raises JournalUnavailable.

    A decision without them would be another one, so a journal that cannot be read fails the job.
    """
    try:
        return Corrections(journal, reading).standing(side=Side.GATE)
    except SQLAlchemyError as error:
        raise JournalUnavailable(f"The journal with the corrections cannot be read: {type(error).__name__}.") from error


def _report(does: str) -> None:
    child.report_progress({"stage": "gate", "does": does})


def main() -> None:
    """Do the job that the environment names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, required=True)
    for name in ("store", "mlflow"):
        parser.add_argument(f"--{name}", required=True)
    given = parser.parse_args()
    request = GateRequest.model_validate(child.read_arguments())
    by = os.environ.get("LONGHAND_JOB_BY", "longhand")
    try:
        trusted = partial(read_trusted, open_reader(os.environ[JOURNAL]))
        record = run(request, given.source, given.store, given.mlflow, trusted, by)
    except LonghandError as error:
        child.fail(error.code, error.sentence)
    child.write_result(record.model_dump(mode="json", include={"model", "version", "champion", "passed", "summary"}))


if __name__ == "__main__":
    main()
