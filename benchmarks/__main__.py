"""Prints how well and how fast the shipped bundles read the real data sets in LONGHAND_DATASETS."""

import sys
import time
from pathlib import Path
from statistics import median

from benchmarks.accuracy import MODELS, score
from longhand.datasets.catalogue import load as load_samples
from longhand.datasets.sample import DatasetError
from longhand.handwriting.images import decode
from longhand.inference import Recogniser, load

BUNDLES = Path(__file__).resolve().parents[1] / "bundles"


def main() -> None:
    """Print a line per set, and one about time."""
    recognisers = {name: load(BUNDLES / name) for name in ("characters", "text")}
    print(f"{'set':<22}{'pictures':>9}{'CER':>9}{'exact':>9}{'seconds':>9}")
    for name, model in MODELS.items():
        started = time.perf_counter()
        try:
            figures = score(recognisers[model], name)
        except DatasetError as error:
            print(f"{name:<22}{error.sentence}", file=sys.stderr)
            continue
        seconds = time.perf_counter() - started
        print(f"{name:<22}{figures.pictures:>9,}{figures.cer:>9.2%}{figures.exact:>9.2%}{seconds:>9.1f}")
    for model, recogniser in recognisers.items():
        print(f"{model}: {one_picture(recogniser, model):.1f} ms a picture alone, median, with {recogniser.engine}")


def one_picture(recogniser: Recogniser, model: str, count: int = 200) -> float:
    """The median time in milliseconds from the bytes of one drawn picture to its text."""
    samples = load_samples("strokes" if model == "text" else "digits", count=count)
    pictures = [sample.read() for sample, _ in zip(samples, range(count), strict=False)]
    times = []
    for data in pictures:
        started = time.perf_counter()
        recogniser.read([decode(data)])
        times.append(time.perf_counter() - started)
    return 1000 * median(times)


if __name__ == "__main__":
    main()
