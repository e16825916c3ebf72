"""The process that does one ingest job: reads a data set, checks it, freezes a version."""

import argparse
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from longhand.contracts.datasets import DatasetVersion
from longhand.contracts.jobs import IngestRequest
from longhand.datasets.catalogue import load
from longhand.datasets.formats import detect, read
from longhand.datasets.sample import Sample
from longhand.errors import LonghandError
from longhand.samples.blobs import Blobs
from longhand.samples.files import Files
from longhand.samples.versions import Versions
from longhand.servicekit.jobs import child
from services.ingestion.archives import Archives, Limits
from services.ingestion.folders import Imports, is_inside
from services.ingestion.intake import Report, take_in


@dataclass(frozen=True)
class Places:
    """Where data comes from and goes to; what has to be copied here is copied to `scratch`."""

    store: str
    imports: str
    datasets: Path | None
    scratch: Path
    archives: Archives


def ingest(request: IngestRequest, places: Places, report: Report) -> DatasetVersion:
    """Take in what is asked for and freeze it; errors are LonghandError."""
    files = Files(places.store)
    dropped: Counter[str] = Counter()
    samples = _samples(request, places, dropped)
    intake = take_in(samples, Blobs(files), request.unreadable == "refuse", report)
    for reason, count in sorted(dropped.items()):
        print(f"left out by the format: {count} ({reason})", flush=True)
    frozen = Versions(files).freeze(
        _name(request),
        intake.lines.values(),
        {key: value for key, value in request.model_dump().items() if value and key != "unreadable"},
        intake.duplicates,
        intake.unreadable,
        dropped,
        private=request.dataset is None,  # the catalogue's sets are published
    )
    print(f"frozen as version {frozen.version}: {frozen.pictures} pictures, {frozen.splits}", flush=True)
    return frozen


def _samples(request: IngestRequest, places: Places, dropped: Counter[str]) -> Iterator[Sample]:
    if request.dataset:
        print(f"reading the data set {request.dataset} of the catalogue", flush=True)
        return load(request.dataset, places.datasets)
    folder = _fetch(request, places)
    form = request.format or detect(folder)
    print(f"reading the {'archive' if request.archive else 'folder'} {_name(request)} in the format {form}", flush=True)
    samples = read(folder, request.name, format=form, options=request.options, dropped=dropped)
    return (_inside(folder, sample) for sample in samples)


def _name(request: IngestRequest) -> str:
    """What the version is called."""
    return request.dataset or request.folder or request.name or ""


def _fetch(request: IngestRequest, places: Places) -> Path:
    """The folder to read, on this machine; that of an archive is unpacked again for each attempt."""
    if request.archive is None:
        return Imports(places.imports).fetch(request.folder or "", places.scratch)
    shutil.rmtree(places.scratch, ignore_errors=True)
    return places.archives.unpack(request.archive, places.scratch)


def _inside(folder: Path, sample: Sample) -> Sample:
    """The sample, unreadable where its file lies outside of the folder."""
    return sample if is_inside(folder, sample.name) else replace(sample, read=_refuse)


def _refuse() -> bytes:
    raise PermissionError(1, "lies outside of the folder")


def _result(known: DatasetVersion) -> dict[str, object]:
    result = known.model_dump(
        mode="json", include={"version", "name", "private", "pictures", "splits", "duplicates", "dropped"}
    )
    return {**result, "unreadable": [entry.model_dump() for entry in known.unreadable[:100]]}


def main() -> None:
    """Do the job that the environment names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", required=True)
    parser.add_argument("--imports", required=True)
    parser.add_argument("--datasets", type=Path)
    parser.add_argument("--unpacked", type=int, required=True)
    parser.add_argument("--files", type=int, required=True)
    given = parser.parse_args()
    archives = Archives(given.imports, Limits(given.unpacked, given.files))
    places = Places(given.store, given.imports, given.datasets, child.job_folder() / "imported", archives)
    request = IngestRequest.model_validate(child.read_arguments())
    try:
        known = ingest(request, places, child.report_progress)
    except LonghandError as error:
        _tidy(request, places)
        child.fail(error.code, _without_places(error.sentence, [str(places.scratch), *Imports(places.imports).roots()]))
    child.write_result(_result(known))
    _tidy(request, places)


def _without_places(sentence: str, roots: Iterable[str]) -> str:
    """A sentence for whoever sent the data: its files are named as they were sent, not as they lie on the server."""
    for root in roots:
        sentence = sentence.replace(f"{root}/", "").replace(root, "The folder")
    return sentence


def _tidy(request: IngestRequest, places: Places) -> None:
    """What came in an archive lies in the store by now, or has to come again; a killed attempt leaves it in place."""
    if request.archive:
        places.archives.drop(request.archive)
        shutil.rmtree(places.scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
