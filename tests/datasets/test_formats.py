"""A folder's format is found, or named; what a format leaves out and which options it has is known."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from matplotlib import font_manager

from longhand.datasets.formats import FORMATS, detect, read
from longhand.datasets.sample import SPLITS, DatasetError, NoTexts
from longhand.handwriting.images import decode
from longhand.samples.blobs import Blobs
from longhand.samples.files import Files
from longhand.samples.versions import Line, Versions
from tests.datasets import test_iam, test_idx, test_lists, test_pages
from tests.datasets.drawn import document, picture


def lines(folder: Path) -> None:
    document(folder, "lines.jsonl", '{"image": "1.png", "text": "Bern", "writer": "anna"}')
    picture(folder, "1.png")


def table(folder: Path) -> None:
    document(folder, "labels.csv", "file,label", "1.png,Bern")
    picture(folder, "1.png")


def idx(folder: Path) -> None:
    test_idx.emnist(folder / "gzip", "balanced", [1, 2], "1 49\n2 50\n")


def fonts(folder: Path) -> None:
    font = Path(font_manager.findfont("DejaVu Sans"))
    (folder / font.name).write_bytes(font.read_bytes())
    document(folder, "words.txt", "# cities", "Bern", "", "Genf")


def pages(folder: Path) -> None:
    test_pages.scan(folder, "deep/p1.png")
    test_pages.page(folder, test_pages.COORDS.format(points="1,1 9,1 9,9", text="Bern"), name="deep/page/p1.xml")


def classes(folder: Path) -> None:
    picture(folder, "a/1.png")


LAID_OUT: dict[str, Callable[[Path], object]] = {
    "lines": lines,
    "csv": test_lists.names,
    "table": table,
    "idx": idx,
    "fonts": fonts,
    "iam": test_iam.lay_out,
    "prescriptions": test_lists.prescriptions,
    "pages": pages,
    "classes": classes,
}


def test_every_format_has_an_example_here() -> None:
    assert LAID_OUT.keys() == FORMATS.keys()


@pytest.mark.parametrize("name", FORMATS)
def test_a_folder_is_known_by_what_lies_in_it_and_read(tmp_path: Path, name: str) -> None:
    LAID_OUT[name](tmp_path)
    assert detect(tmp_path) == name
    samples = list(read(tmp_path, "mine"))
    assert [s.name for s in samples] == [s.name for s in read(tmp_path, "mine", name)]
    assert samples and {s.set for s in samples} == {"mine"} and {s.split for s in samples} <= set(SPLITS)
    assert decode(samples[0].read()).height > 1


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_that_a_folder_does_not_have_is_reported(tmp_path: Path, name: str) -> None:
    with pytest.raises(DatasetError, match=str(tmp_path)):
        list(read(tmp_path, format=name))


def test_words_are_rendered_as_often_as_asked(tmp_path: Path) -> None:
    fonts(tmp_path)
    assert sorted(s.text for s in read(tmp_path)) == ["Bern", "Genf"]
    assert len(list(read(tmp_path, options={"count": 5, "seed": 3}))) == 5
    document(tmp_path, "words.txt")
    with pytest.raises(DatasetError, match=r"words\.txt has no words"):
        read(tmp_path)


def test_options_reach_the_format_and_what_it_drops_is_counted(tmp_path: Path) -> None:
    test_iam.lay_out(tmp_path)
    dropped: Counter[str] = Counter()
    samples = list(read(tmp_path, "iam", "iam", {"unit": "words"}, dropped=dropped))
    assert len(samples) == 2 and dropped == {"segmented_wrongly": 1}


UNSEEN = {"a NUL": "\\u0000", "an override": "\\u202e", "a zero-width space": "\\u200b", "a bell": "\\u0007"}


@pytest.mark.parametrize("character", UNSEEN.values(), ids=UNSEEN)
@pytest.mark.parametrize("place", ["text", "writer"])
def test_texts_and_groups_with_characters_that_cannot_be_seen_are_dropped_and_counted(
    tmp_path: Path, character: str, place: str
) -> None:
    picture(tmp_path, "1.png")
    bad = '{"image": "1.png", "text": "a", "writer": "w"}'.replace(
        '"a"' if place == "text" else '"w"', f'"x{character}"'
    )
    document(tmp_path, "lines.jsonl", bad, '{"image": "1.png", "text": "two\\twords\\n"}')
    dropped: Counter[str] = Counter()
    assert [s.text for s in read(tmp_path, dropped=dropped)] == ["two\twords\n"]
    assert dropped == {"unseen_characters": 1}


TEXTS = {"csv": "BALTHAZAR", "table": "Bern", "iam": "to", "prescriptions": "Trainingol", "pages": "Bern"}


@pytest.mark.parametrize(("name", "text"), TEXTS.items(), ids=TEXTS)
def test_every_format_with_texts_drops_those_that_cannot_be_seen(tmp_path: Path, name: str, text: str) -> None:
    LAID_OUT[name](tmp_path)
    for path in (path for path in tmp_path.rglob("*") if path.suffix in (".csv", ".xml", ".txt")):
        path.write_text(path.read_text(encoding="utf-8").replace(text, f"{text}\u200b"), encoding="utf-8")
    dropped: Counter[str] = Counter()
    assert not any(text in sample.text for sample in read(tmp_path, dropped=dropped))
    assert dropped["unseen_characters"] > 0


def test_a_name_with_nul_is_a_picture_that_cannot_be_read(tmp_path: Path) -> None:
    document(tmp_path, "lines.jsonl", '{"image": "a\\u0000.png", "text": "a", "writer": "w"}')
    (sample,) = read(tmp_path)
    with pytest.raises(OSError, match="no name of a file"):
        sample.read()


def test_a_table_of_splits_overrules_the_folder(tmp_path: Path) -> None:
    lines(tmp_path)
    known = document(tmp_path, "splits.csv", "set,image,group,split", "mine,1.png,berta,unseen")
    (sample,) = read(tmp_path, "mine", splits=known)
    assert (sample.group, sample.split) == ("berta", "unseen")


@pytest.mark.parametrize(
    ("format", "options", "said"),
    [
        ("iam", {"units": "words"}, "The format iam has no option units. It has unit, err, punctuation, task."),
        ("lines", {"unit": "words"}, "The format lines has no option unit. It has none."),
        ("iam", {"unit": 3}, "The format iam takes no unit of 3."),
        ("csv", {"skip": "EMPTY"}, "The format csv takes no skip of 'EMPTY'."),
        ("fonts", {"count": True}, "The format fonts takes no count of True."),
        ("classes", {"classes": {7: "x"}}, "The format classes takes no classes of {7: 'x'}."),
        ("IAM", {}, "There is no format 'IAM'. Choose one of lines, csv, table"),
    ],
)
def test_what_is_not_known_is_reported(tmp_path: Path, format: str, options: dict[str, Any], said: str) -> None:
    with pytest.raises(DatasetError) as error:
        read(tmp_path, format=format, options=options)
    assert said in error.value.sentence


def test_a_folder_of_no_format_says_how_texts_are_given(tmp_path: Path) -> None:
    document(tmp_path, "notes.txt", "hello")
    with pytest.raises(NoTexts, match=r"^No texts .* labels\.csv \(image,text\)"):
        detect(tmp_path)
    with pytest.raises(DatasetError, match="is not a folder"):
        read(tmp_path / "nowhere")


def test_corrections_are_read_with_their_writers_and_splits(tmp_path: Path) -> None:
    store = Files(str(tmp_path / "store"))
    blobs = Blobs(store)
    rows = [
        Line(blobs.put(picture(tmp_path, f"{name}.png", text)), text, f"writer-{name}", split, "corrections", name)
        for name, text, split in (("anna", "Größe", "train"), ("berta", "l’an", "gate"))
    ]
    version = Versions(store).freeze("corrections", rows, {})
    folder = Versions(store).fetch(version.version, tmp_path / "cache")
    assert detect(folder) == "lines"
    samples = {s.text: s for s in read(folder, "corrections")}
    assert {t: (s.group, s.split) for t, s in samples.items()} == {
        "Größe": ("writer-anna", "train"),
        "l’an": ("writer-berta", "gate"),
    }
    assert samples["Größe"].read() == (tmp_path / "anna.png").read_bytes()
