"""`longhand data`: a folder is said before it is learnt from."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from longhand.cli.__main__ import app, main
from longhand.cli.survey import parse_options
from longhand.datasets.sample import DatasetError
from tests.datasets.drawn import document, picture
from tests.datasets.test_iam import lay_out


def names(folder: Path) -> Path:
    rows = ["TRAIN_1.png,Größe", "TRAIN_2.png,ŵ", "TRAIN_3.png,EMPTY"]
    document(folder, "written_name_test_v2.csv", "FILENAME,IDENTITY", *rows)
    for n in (1, 2):
        picture(folder, f"test/TRAIN_{n}.png", str(n))
    return folder


def test_format_splits_texts_and_what_is_dropped_are_reported(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["data", str(names(tmp_path))])
    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == [
        "format      csv (CSV of FILENAME and IDENTITY, with picture folders)",
        "pictures    2 in 2 groups",
        "splits      test 2 (none: train, validation, gate)",
        "dropped     labelled_empty 1",
        "texts       2 different, 1 to 5 long, median 3",
        "characters  6: Gerßöŵ",
        "unknown     ŵ 1 (the text model does not write it)",
        "opened      2, of which 0 cannot be used",
    ]


def test_pictures_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (names(tmp_path) / "test/TRAIN_1.png").write_bytes(b"\x89PNG damaged")
    (tmp_path / "test/TRAIN_2.png").unlink()
    result = CliRunner().invoke(app, ["data", str(tmp_path)])
    assert result.exit_code == 1
    assert "opened      2, of which 2 cannot be used" in result.output
    assert "test/TRAIN_1.png: " in result.output and "TRAIN_2.png: No such file" in result.output


def test_a_picture_with_two_texts_is_named(tmp_path: Path) -> None:
    for name in ("1.png", "2.png"):
        picture(tmp_path, name)
    document(tmp_path, "labels.csv", "file,label", "1.png,Hof", "2.png,Garten")
    result = CliRunner().invoke(app, ["data", str(tmp_path)])
    assert result.exit_code == 1
    assert "2.png: the same picture as 1.png, whose text is 'Hof': keep one of the two" in result.output


def test_format_options_and_the_number_of_pictures_to_open_can_be_given(tmp_path: Path) -> None:
    given = ["--format", "iam", "--option", "unit=words", "--option", "err=keep", "--check", "0"]
    result = CliRunner().invoke(app, ["data", str(lay_out(tmp_path)), *given])
    assert result.exit_code == 0, result.output
    assert "pictures    3 in 2 groups" in result.output and "opened      0" in result.output


def test_options_are_json_or_text() -> None:
    given = parse_options(["unit=words", "count=5", 'skip=["A"]', "text=a=b"])
    assert given == {"unit": "words", "count": 5, "skip": ["A"], "text": "a=b"}
    with pytest.raises(DatasetError, match="'unit' is no option"):
        parse_options(["unit"])


def test_what_is_wrong_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document(tmp_path, "lines.jsonl", "nonsense")
    with pytest.raises(SystemExit) as end:
        main(["data", str(tmp_path)])
    assert end.value.code == 1
    assert "lines.jsonl, line 1: not JSON" in capsys.readouterr().err
