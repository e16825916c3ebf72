"""Files are found by the names that other files give them, on whatever system these were written."""

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from longhand.datasets.formats import read
from longhand.datasets.places import Places
from tests.datasets.drawn import document, picture

NFC, NFD = "M\u00fcller", unicodedata.normalize("NFD", "M\u00fcller")


def lines(folder: Path, named: str, group: str) -> None:
    document(folder, "lines.jsonl", json.dumps({"image": named, "text": "Ulm", "writer": group}))


def table(folder: Path, named: str, group: str) -> None:
    document(folder, "labels.csv", "file,label,writer", f"{named},Ulm,{group}")


def listed(folder: Path, named: str, group: str) -> None:
    document(folder, "names.csv", "FILENAME,IDENTITY,writer", f"{named},Ulm,{group}")


def prescriptions(folder: Path, named: str, group: str) -> None:
    document(folder, "Training/training_labels.csv", "IMAGE,MEDICINE_NAME,writer", f"{named},Ulm,{group}")
    for path in [path for path in folder.iterdir() if path.name != "Training"]:
        path.rename(folder / "Training" / path.name)


WRITERS = [lines, table, listed, prescriptions]


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize(
    ("named", "lies"),
    [
        (f"{NFC}.png", f"{NFD}.png"),
        (f"{NFD}.png", f"{NFC}.png"),
        (f"{NFC}/1.png", f"{NFD}/1.png"),
        ("scans\\1.png", "scans/1.png"),
        ("C:\\data\\scans\\1.png", "scans/1.png"),
        ("/volume1/photo/scans/1.png", "scans/1.png"),
        ("1.JPG", "1.jpg"),
        ("scans/1.jpg", "Scans/1.JPG"),
    ],
)
def test_a_picture_is_found_by_every_table_that_names_it(
    tmp_path: Path, write: Callable[[Path, str, str], None], named: str, lies: str
) -> None:
    data = picture(tmp_path, lies)
    write(tmp_path, named, "anna")
    (sample,) = read(tmp_path)
    assert sample.read() == data
    assert sample.name.endswith(unicodedata.normalize("NFC", lies))


@pytest.mark.parametrize("name", [NFC, NFD])
def test_a_table_of_splits_finds_a_picture_however_its_name_is_written(tmp_path: Path, name: str) -> None:
    picture(tmp_path, f"set/{NFD}/1.png")
    lines(tmp_path / "set", f"{NFD}/1.png", "anna")
    splits = document(tmp_path, "splits.csv", "set,image,group,split", f"{name},{name}/1.png,berta,unseen")
    (sample,) = read(tmp_path / "set", NFC, splits=splits)
    assert (sample.group, sample.split) == ("berta", "unseen")


@pytest.mark.parametrize("folder", ["\u00e4_", "a\u0308_"])
@pytest.mark.parametrize("given", [True, False], ids=["option", "file"])
def test_a_class_is_known_however_its_folder_is_written(tmp_path: Path, folder: str, given: bool) -> None:
    for name in ("a\u0308_/1.png", "b/1.png"):
        picture(tmp_path, name)
    if not given:
        document(tmp_path, "classes.csv", "folder,text", f"{folder},\u00e4")
    options = {"classes": {folder: "\u00e4"}} if given else {}
    assert [s.text for s in read(tmp_path, options=options)] == ["\u00e4", "b"]


def test_a_file_that_is_spelled_so_goes_before_one_that_is_alike(tmp_path: Path) -> None:
    for name in ("1.PNG", "1.png", "a\\2.png", "a/2.png"):
        document(tmp_path, name, name)
    places = Places(tmp_path)
    assert places.find("1.png") == "1.png" and places.find("1.PNG") == "1.PNG"
    assert places.find("a\\2.png") == "a\\2.png"


def test_of_several_that_are_alike_none_is_guessed(tmp_path: Path) -> None:
    for name in ("1.PNG", "1.png"):
        document(tmp_path, name, name)
    assert Places(tmp_path).find("1.Png") is None


@pytest.mark.parametrize("named", ["../1.png", "..\\1.png", "/1.png/..", "C:\\..\\1.png", "", ".", "a\0b"])
def test_nothing_is_found_outside(tmp_path: Path, named: str) -> None:
    (tmp_path / "in").mkdir()
    found = Places(tmp_path / "in").find(named)
    assert found is None
