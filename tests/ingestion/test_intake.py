"""Taking in pictures, without a job around it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from longhand.contracts.jobs import IngestRequest
from longhand.datasets.sample import Sample, Split, UnknownDataset
from longhand.samples.blobs import Blobs
from longhand.samples.files import Files
from services.ingestion.archives import Archives, Limits
from services.ingestion.child import Places, ingest
from services.ingestion.errors import NothingToRead, UnknownFolder, UnreadableFiles
from services.ingestion.intake import take_in
from tests.ingestion.conftest import draw, write_folder


class Reports:
    """Remembers what was reported."""

    def __init__(self) -> None:
        self.seen: list[Mapping[str, int]] = []

    def __call__(self, progress: Mapping[str, int]) -> None:
        self.seen.append(dict(progress))


def sample(name: str, content: bytes = b"", split: Split = "train") -> Sample:
    return Sample("set", name, "x", name, split, lambda: content)


def labelled(name: str, text: str) -> Sample:
    """The same picture every time, with a text of its own."""
    return replace(sample(name, draw("a")), text=text)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    imports = str(tmp_path / "imports")
    archives = Archives(imports, Limits(bytes=1_000_000, files=100))
    return Places(str(tmp_path / "store"), imports, None, tmp_path / "scratch", archives)


def test_a_copy_is_counted_and_never_in_two_splits(tmp_path: Path) -> None:
    samples = [sample("a", draw("a"), "test"), sample("b", draw("a"), "train"), sample("c", split="duplicate")]
    intake = take_in(samples, Blobs(Files(tmp_path)), False, Reports())
    assert [(line.name, line.split) for line in intake.lines.values()] == [("a", "test")]
    assert intake.duplicates == 2


def test_a_picture_with_two_texts_is_refused_every_time_and_each_is_named(tmp_path: Path) -> None:
    samples = [labelled(name, text) for name, text in (("1", "Hof"), ("2", "Garten"), ("3", "Hof"))]
    intake = take_in([*samples, sample("b", draw("b"))], Blobs(Files(tmp_path)), False, Reports())
    assert [line.name for line in intake.lines.values()] == ["b"]
    assert [entry.file for entry in intake.unreadable] == ["set/1", "set/2", "set/3"]
    assert {entry.code for entry in intake.unreadable} == {"two_texts"}
    assert intake.unreadable[1].reason == "the same picture as 1, whose text is 'Hof': keep one of the two"
    with pytest.raises(UnreadableFiles, match=r"set/1 .the same picture as 2, whose text is 'Garten'"):
        take_in(samples, Blobs(Files(tmp_path)), True, Reports())


def test_texts_that_are_compared_as_the_same_are_no_conflict(tmp_path: Path) -> None:
    samples = [labelled("1", "l’été"), labelled("2", " l'e\u0301te\u0301")]
    intake = take_in(samples, Blobs(Files(tmp_path)), True, Reports())
    assert (len(intake.lines), intake.duplicates, intake.unreadable) == (1, 1, [])


def test_a_reason_without_a_number_of_the_system_is_kept(tmp_path: Path) -> None:
    def refuse() -> bytes:
        raise OSError("the page's picture p1.png is not there")

    missing = Sample("set", "p1-000", "x", "p1", "train", refuse)
    with pytest.raises(UnreadableFiles, match=r"set/p1-000 \(the page's picture p1\.png is not there\)"):
        take_in([missing], Blobs(Files(tmp_path)), True, Reports())


def test_progress_is_reported_on_the_way_and_at_the_end(tmp_path: Path) -> None:
    reports = Reports()
    take_in([sample(c, draw(c)) for c in "abc"], Blobs(Files(tmp_path)), False, reports, every_s=0)
    assert [seen["pictures"] for seen in reports.seen] == [1, 2, 3, 3]


def test_of_many_unreadable_files_the_first_are_named(tmp_path: Path) -> None:
    samples = [sample(f"n{i:02}") for i in range(25)]
    with pytest.raises(UnreadableFiles, match=r"25 files cannot be read: set/n00 .*set/n19 .*; and 5 more"):
        take_in(samples, Blobs(Files(tmp_path)), True, Reports())
    with pytest.raises(NothingToRead, match="set/n00"):
        take_in(samples, Blobs(Files(tmp_path)), False, Reports())


def test_a_folder_is_frozen_and_frozen_again_as_the_same_version(places: Places) -> None:
    write_folder(Path(places.imports) / "mine", {"a.png": (draw("a"), "a"), "../b.png": (b"", "b")})
    first = ingest(IngestRequest(folder="mine"), places, Reports())
    assert (first.pictures, [entry.file for entry in first.unreadable]) == (1, ["mine/../b.png"])
    assert ingest(IngestRequest(folder="mine"), places, Reports()) == first


def test_what_cannot_be_found_is_said_to_be_so(places: Places) -> None:
    with pytest.raises(UnknownDataset):
        ingest(IngestRequest(dataset="no-such"), places, Reports())
    with pytest.raises(UnknownFolder, match="It is empty"):
        ingest(IngestRequest(folder="gone"), places, Reports())


def test_a_file_that_links_in_a_circle_is_unreadable(places: Places) -> None:
    write_folder(Path(places.imports) / "mine", {"a.png": (draw("a"), "a"), "loop.png": (b"", "b")})
    loop = Path(places.imports) / "mine" / "loop.png"
    loop.unlink()
    loop.symlink_to("loop.png")
    assert len(ingest(IngestRequest(folder="mine"), places, Reports()).unreadable) == 1
