"""CSV files are read as people's programs write them, and what cannot be is named by file and line."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from longhand.datasets.adapters.folders import read_classes
from longhand.datasets.adapters.lists import read_listed, read_prescriptions
from longhand.datasets.formats import read
from longhand.datasets.sample import DatasetError, Sample
from longhand.datasets.source import Source
from longhand.datasets.splits import read_splits
from longhand.datasets.tables import find_cell, read_csv, read_header
from tests.datasets.drawn import document, picture


def classes(folder: Path) -> Iterator[Sample]:
    return read_classes(Source(folder, "set"))


def listed(folder: Path) -> Iterator[Sample]:
    return read_listed(Source(folder, "set"))


def prescriptions(folder: Path) -> Iterator[Sample]:
    return read_prescriptions(Source(folder, "set"))


def splits(folder: Path) -> Iterator[object]:
    return iter(read_splits(folder / "splits.csv"))


TABLES: list[tuple[str, str, str, Callable[[Path], Iterator[object]]]] = [
    ("labels.csv", "file,label", "1.png,Weg, am", read),
    ("names.csv", "FILENAME,IDENTITY", "1.png,1,5 kg", listed),
    ("Training/a.csv", "IMAGE,MEDICINE_NAME", "1.png,Napa,500", prescriptions),
    ("classes.csv", "folder,text", "b,x,y", classes),
    ("splits.csv", "set,image,group,split", "s,1.png,g,train,", splits),
]


@pytest.mark.parametrize(("name", "header", "row", "reads"), TABLES, ids=[table[0] for table in TABLES])
def test_a_row_with_more_fields_than_the_header_is_named(
    tmp_path: Path, name: str, header: str, row: str, reads: Callable[[Path], Iterator[object]]
) -> None:
    picture(tmp_path, "b/1.png")
    path = document(tmp_path, name, header, ",".join(["b"] * header.count(",")) + ",train", row)
    with pytest.raises(DatasetError) as error:
        list(reads(tmp_path))
    count = header.count(",") + 1
    assert f"{path}, line 3: {count + 1} fields where the header has {count}. Put a text" in error.value.sentence


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("file,label,writer", '1.png,"Weg, am",anna'),
        ("file;label;writer", "1.png;Weg, am;anna"),
        ("file\tlabel\twriter", "1.png\tWeg, am\tanna"),
        ("file|label|writer", "1.png|Weg, am|anna"),
        ("File,LABEL,Writer", '1.png,"Weg, am",anna'),
        ("file, label, writer", '1.png, "Weg, am", anna'),
        ("Image ;  Text ; Group", "1.png;  Weg, am; anna"),
        ("filename,words,page", '1.png,"Weg, am",anna'),
        ('"file","label, or text","label","writer"', '1.png,?,"Weg, am",anna'),
    ],
)
def test_a_table_is_read_whatever_separates_it_and_however_its_columns_are_written(
    tmp_path: Path, header: str, row: str
) -> None:
    data = picture(tmp_path, "1.png")
    document(tmp_path, "labels.csv", header, row)
    (sample,) = read(tmp_path)
    assert (sample.name, sample.text, sample.group) == ("1.png", "Weg, am", "anna")
    assert sample.read() == data


@pytest.mark.parametrize("header", ["filename,identity", "Filename;Identity", " FILENAME , IDENTITY "])
def test_a_list_is_known_however_its_columns_are_written(tmp_path: Path, header: str) -> None:
    picture(tmp_path, "scans/1.png")
    document(tmp_path, "x.csv", header, "1.png;Ulm" if ";" in header else "1.png,Ulm")
    assert [(s.name, s.text) for s in read(tmp_path)] == [("scans/1.png", "Ulm")]
    assert [(s.name, s.text) for s in read(tmp_path, format="csv", options={"image": "fileName"})]


def test_what_a_row_has_is_named_where_it_lacks_what_is_needed(tmp_path: Path) -> None:
    document(tmp_path, "labels.csv", "path,transcript", "1.png,Ulm")
    with pytest.raises(DatasetError, match=r"needs one of file, .* and one of label, .*, and has path, transcript"):
        list(read(tmp_path))


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    document(tmp_path, "labels.csv", "file,Text,text", "1.png,Ulm,Bern")
    with pytest.raises(DatasetError, match=r"labels\.csv, line 1: two columns are called 'text'"):
        list(read(tmp_path))


def test_a_row_with_fewer_fields_lacks_the_last(tmp_path: Path) -> None:
    ((where, row),) = read_csv(document(tmp_path, "a.csv", "file,label,writer", "1.png,Ulm"))
    assert where.endswith("a.csv, line 2")
    assert (find_cell(row, ["LABEL"]), find_cell(row, ["writer"])) == ("Ulm", None)


def test_a_header_is_named_as_it_is_written(tmp_path: Path) -> None:
    assert read_header(document(tmp_path, "a.csv", "\ufeffFile ; Label")) == ["File", "Label"]
    (tmp_path / "b.csv").write_bytes(b"\xff\xfe\0")
    assert read_header(tmp_path / "b.csv") == []
