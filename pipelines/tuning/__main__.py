"""`python -m pipelines.tuning`: let a bundle learn from a dataset version of corrections; see `tuning`."""

import argparse
import shutil
import sys
from collections import Counter
from pathlib import Path

from longhand.errors import LonghandError
from longhand.inference import load
from longhand.learning.prepared import PreparedSet
from longhand.learning.progress import report
from longhand.tasks import TASKS
from pipelines.recipe import write_json
from pipelines.tuning.calibrating import calibrate
from pipelines.tuning.errors import NothingToLearn
from pipelines.tuning.learning import learn, write
from pipelines.tuning.packing import complete, pack
from pipelines.tuning.pictures import Pictures, distil, prepare, prepare_corrections
from pipelines.tuning.pictures import write as keep
from pipelines.tuning.replay import Origin, replay
from pipelines.tuning.request import Request

PARTS = ("prepares", "learns", "calibrates", "done")


def tune(request: Request) -> dict[str, object]:
    """Make the bundle, and the receipt that says of what; raises NothingToLearn, and what training raises."""
    left_out: Counter[str] = Counter()
    _report(request, 0)
    corrections = prepare_corrections(request, left_out)
    if not corrections:
        raise NothingToLearn(f"No correction can be learned from: {dict(left_out)}.")
    origin, data = _prepare(request, corrections, left_out)
    _report(request, 1)
    trained = learn(request, data)
    write(request, data, trained)
    pack(request, data, trained)
    _report(request, 2)
    calibrated = calibrate(request, data)
    complete(request, calibrated.temperature, calibrated.metrics)
    receipt: dict[str, object] = {
        "corrections": len(corrections),
        "left_out": dict(left_out),
        "replay": origin.value,
        "replayed": len(data.select("train")) - len(corrections),
        "temperature": calibrated.temperature,
        "metrics": calibrated.metrics,
        "device": trained.device,
        "seconds": round(sum(line["seconds"] for line in trained.history), 1),
    }
    write_json(request.target / "receipt.json", receipt)
    _report(request, 3)
    return receipt


def _prepare(request: Request, corrections: Pictures, left_out: Counter[str]) -> tuple[Origin, PreparedSet]:
    """The pictures to learn from and to calibrate on; those that a program made have the texts that are read in them
    before anything is learned."""
    before = replay(request)
    pictures = prepare(request, before.samples, left_out)
    if before.origin is Origin.MADE:
        made = keep(request, pictures, "made")
        pictures = distil(load(request.start, engine="onnxruntime"), made, left_out)
    return before.origin, keep(request, [*corrections, *pictures])


def _report(request: Request, part: int) -> None:
    report({"stage": "fine-tune", "model": request.model, "part": part, "parts": len(PARTS) - 1, "does": PARTS[part]})


def main() -> None:
    """Do what the command line says; what was half made stays in the target for the next try."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", choices=TASKS, required=True)
    for name in ("start", "corrections", "target"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--steps", type=int)
    request = Request(**vars(parser.parse_args()))
    shutil.rmtree(request.target / "bundle", ignore_errors=True)
    try:
        receipt = tune(request)
    except LonghandError as error:
        sys.exit(f"{error.code}: {error.sentence}")
    print(
        f"{request.model}: learned from {receipt['corrections']} corrections, {receipt['replay']} replayed", flush=True
    )


if __name__ == "__main__":
    main()
