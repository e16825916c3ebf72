"""The process that does one ingest job: reads a data set, checks it, freezes a version."""

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from longhand.contracts.datasets import DatasetVersion
from longhand.contracts.jobs import IngestRequest
from longhand.datasets.catalogue import load
from longhand.datasets.formats import read
from longhand.datasets.sample import Sample
from longhand.errors import LonghandError
from longhand.samples.blobs import Blobs
from longhand.samples.files import Files
from longhand.samples.versions import Versions
from longhand.servicekit.jobs import child
from services.ingestion.folders import find_folder, is_inside
from services.ingestion.intake import Report, take_in


@dataclass(frozen=True)
class Places:
    """Where data comes from and goes to."""

    store: str
    imports: Path
    datasets: Path | None


def ingest(wish: IngestRequest, places: Places, report: Report) -> DatasetVersion:
    """Take in what is wished and freeze it; errors are LonghandError."""
    files = Files(places.store)
    dropped: Counter[str] = Counter()
    intake = take_in(_samples(wish, places, dropped), Blobs(files), wish.unreadable == "refuse", report)
    return Versions(files).freeze(
        wish.dataset or wish.folder or "",
        intake.lines.values(),
        {key: value for key, value in wish.model_dump().items() if value and key != "unreadable"},
        intake.duplicates,
        intake.unreadable,
        dropped,
        private=wish.folder is not None,  # the catalogue's sets are published
    )


def _samples(wish: IngestRequest, places: Places, dropped: Counter[str]) -> Iterator[Sample]:
    if wish.dataset:
        return load(wish.dataset, places.datasets)
    folder = find_folder(places.imports, wish.folder or "")
    samples = read(folder, format=wish.format, options=wish.options, dropped=dropped)
    return (_inside(folder, sample) for sample in samples)


def _inside(folder: Path, sample: Sample) -> Sample:
    """The sample, unreadable where its file lies outside of the folder."""
    return sample if is_inside(folder, sample.name) else replace(sample, read=_refuse)


def _refuse() -> bytes:
    raise PermissionError(1, "lies outside of the folder")


def _result(known: DatasetVersion) -> dict[str, Any]:
    result = known.model_dump(
        mode="json", include={"version", "name", "private", "pictures", "splits", "duplicates", "dropped"}
    )
    return {**result, "unreadable": [entry.model_dump() for entry in known.unreadable[:100]]}


def main() -> None:
    """Do the job that the environment names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", required=True)
    parser.add_argument("--imports", type=Path, required=True)
    parser.add_argument("--datasets", type=Path)
    given = parser.parse_args()
    places = Places(given.store, given.imports, given.datasets)
    try:
        known = ingest(IngestRequest.model_validate(child.read_arguments()), places, child.report_progress)
    except LonghandError as error:
        child.fail(error.code, error.sentence)
    child.write_result(_result(known))


if __name__ == "__main__":
    main()
