"""IAM's lines and words, their writers and published splits."""

from pathlib import Path
from typing import Any

import pytest

from longhand.datasets.adapters.iam import read_iam
from longhand.datasets.sample import DatasetError, Sample
from longhand.datasets.source import Source
from tests.datasets.drawn import document, picture

LINES = (
    "#--- lines.txt ---#",
    "# format: a01-000u-00 ok 154 19 408 746 1661 89 A|MOVE|to|stop",
    "#",
    "a01-000u-00 ok 154 19 408 746 1661 89 A|MOVE|to|stop|,|(|Mr.|)|.",
    "a01-000u-01 err 156 16 395 932 1850 105 Mr.|Gaitskell",
    "b02-003-00 ok 156 16 395 932 1850 105 is|#|1",
)
WORDS = (
    "#--- words.txt ---#",
    "a01-000u-00-00 ok 154 408 768 27 51 AT A",
    "a01-000u-00-01 err 154 507 766 213 48 NN MOVE",
    "b02-003-00-00 ok 154 507 766 213 48 NP B B C",
)


def lay_out(folder: Path, ascii_: str = "ascii/") -> Path:
    document(folder, f"{ascii_}lines.txt", *LINES)
    document(folder, f"{ascii_}words.txt", *WORDS)
    document(folder, f"{ascii_}forms.txt", "# forms", "a01-000u 000 2 prt 7 5 52 36", "b02-003 012 2 prt 7 5 52 36")
    for name in ("lines/a01/a01-000u/a01-000u-00.png", "words/a01/a01-000u/a01-000u-00-00.png"):
        picture(folder, name)
    return folder


def read(folder: Path, **options: Any) -> list[Sample]:
    return list(read_iam(Source(folder, "iam"), **options))


@pytest.mark.parametrize("place", ["ascii/", ""])
def test_lines_are_read_with_their_writers(tmp_path: Path, place: str) -> None:
    samples = read(lay_out(tmp_path, place))
    assert [(s.name, s.text, s.group) for s in samples] == [
        ("lines/a01/a01-000u/a01-000u-00.png", "A MOVE to stop , ( Mr. ) .", "writer-000"),
        ("lines/a01/a01-000u/a01-000u-01.png", "Mr. Gaitskell", "writer-000"),
        ("lines/b02/b02-003/b02-003-00.png", "is # 1", "writer-012"),
    ]
    assert samples[0].read() == (tmp_path / samples[0].name).read_bytes()
    assert samples[0].split == samples[1].split


def test_words_that_were_cut_badly_are_dropped_and_counted(tmp_path: Path) -> None:
    source = Source(lay_out(tmp_path), "iam")
    samples = list(read_iam(source, unit="words"))
    assert [(s.name, s.text) for s in samples] == [
        ("words/a01/a01-000u/a01-000u-00-00.png", "A"),
        ("words/b02/b02-003/b02-003-00-00.png", "B B C"),
    ]
    assert source.dropped == {"segmented_wrongly": 1}


def test_segments_marked_as_bad_can_be_kept_or_dropped(tmp_path: Path) -> None:
    lay_out(tmp_path)
    assert [s.text for s in read(tmp_path, unit="words", err="keep")] == ["A", "MOVE", "B B C"]
    assert len(read(tmp_path, unit="lines", err="drop")) == 2


def test_punctuation_can_be_attached_to_its_word(tmp_path: Path) -> None:
    assert read(lay_out(tmp_path), punctuation="attached")[0].text == "A MOVE to stop, (Mr.)."


def test_without_writers_a_form_is_a_group(tmp_path: Path) -> None:
    (lay_out(tmp_path) / "ascii/forms.txt").unlink()
    assert {s.group for s in read(tmp_path)} == {"a01-000u", "b02-003"}


def test_a_published_split_is_kept_to(tmp_path: Path) -> None:
    lay_out(tmp_path)
    document(tmp_path, "task/trainset.txt", "a01-000u-00")
    document(tmp_path, "task/validationset2.txt", "b02-003")
    document(tmp_path, "task/LargeWriterIndependentTextLineRecognitionTask.txt", "read me")
    source = Source(tmp_path, "iam")
    samples = list(read_iam(source, task="task"))
    assert [(s.name[-14:], s.split) for s in samples] == [
        ("a01-000u-00.png"[-14:], "train"),
        ("b02-003-00.png", "gate"),
    ]
    assert source.dropped == {"outside_the_task": 1}
    assert [s.split for s in read(tmp_path, unit="words", task="task")] == ["train", "gate"]


def test_a_single_unit_that_is_there_is_read(tmp_path: Path) -> None:
    document(tmp_path, "words.txt", *WORDS)
    picture(tmp_path, "words/a01/a01-000u/a01-000u-00-00.png")
    assert read(tmp_path)[0].name.startswith("words/")


@pytest.mark.parametrize(
    ("file", "lines", "options", "said"),
    [
        ("lines.txt", ["# ok", "a01-000u-00 ok 154 19"], {}, r"lines\.txt, line 2: needs nine fields, as `a01-000u-00"),
        ("lines.txt", ["a01-000u-00 yes 154 19 408 746 1661 89 A"], {}, "line 1: needs nine fields"),
        ("forms.txt", ["a01-000u"], {}, r"forms\.txt, line 1: needs a form and its writer"),
        ("x.txt", [], {"unit": "pages"}, "unit: 'pages' is not known. Use one of lines, words"),
        ("x.txt", [], {"err": True}, "err: True is not known. Use one of keep, drop"),
        ("x.txt", [], {"task": "nowhere"}, r"nowhere holds none of trainset\.txt"),
        ("x.txt", [], {"task": "/etc"}, "leads outside"),
    ],
)
def test_what_is_wrong_is_named(
    tmp_path: Path, file: str, lines: list[str], options: dict[str, Any], said: str
) -> None:
    lay_out(tmp_path)
    document(tmp_path, f"ascii/{file}", *lines)
    with pytest.raises(DatasetError, match=said):
        read(tmp_path, **options)


def test_a_folder_without_iam_says_what_it_needs(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"needs ascii/lines\.txt and lines/"):
        read(tmp_path)
