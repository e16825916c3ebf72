"""Pictures read with a list of what may stand in them."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from longhand.cli.__main__ import app, main
from longhand.cli.entries import read_lexicon
from longhand.handwriting.ctc.lexicon import MAX_LENGTH
from longhand.handwriting.errors import BadLexicon
from tests.bundles import stroke_counter
from tests.prediction.pictures import word


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "places.txt"


def read(folder: Path, *options: str | Path) -> Result:
    """What `longhand read` says of a picture in which `aaaa` stands."""
    bundle = stroke_counter(folder / "bundle", "a")
    (folder / "word.png").write_bytes(word(100))
    return CliRunner().invoke(app, ["read", str(folder / "word.png"), "--model", str(bundle), *map(str, options)])


def answer(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.output))


def test_a_file_has_an_entry_per_line_as_any_editor_writes_it(file: Path) -> None:
    file.write_bytes("\ufeffKöniz\r\n\r\n  St.  Gallen \nKöniz\nL’Aquila".encode())
    assert read_lexicon(file).entries == ("Köniz", "St. Gallen", "L'Aquila")


def test_a_line_that_is_not_utf_8_is_named(file: Path) -> None:
    file.write_bytes(b"Bern\nK\xf6niz\n")
    with pytest.raises(BadLexicon, match=r"places\.txt, line 2: .*UTF-8"):
        read_lexicon(file)


def test_a_line_that_is_too_long_is_named(file: Path) -> None:
    file.write_text("Bern\n\n" + "a" * (MAX_LENGTH + 1))
    with pytest.raises(BadLexicon, match=r"places\.txt, line 3: .*201"):
        read_lexicon(file)


def test_a_file_without_an_entry_is_named(file: Path) -> None:
    file.write_text("\n \n")
    with pytest.raises(BadLexicon, match=r"places\.txt: .*has 0"):
        read_lexicon(file)


def test_the_text_is_an_entry_of_the_list(tmp_path: Path, file: Path) -> None:
    file.write_text("aaa\naaaaa\nb\n")
    found = answer(read(tmp_path, "--lexicon", file, "--json"))
    assert found["text"] in ("aaa", "aaaaa")
    assert found["lexicon"]["matched"] and 0 <= found["lexicon"]["margin"] <= 1


def test_where_nothing_fits_there_is_no_text_and_a_review(tmp_path: Path, file: Path) -> None:
    file.write_text("b\n")
    found = answer(read(tmp_path, "--lexicon", file, "--json"))
    assert (found["text"], found["decision"], found["lexicon"]["matched"]) == ("", "review", False)


def test_an_open_list_leaves_what_is_read_without_it(tmp_path: Path, file: Path) -> None:
    file.write_text("b\n")
    found = answer(read(tmp_path, "--lexicon", file, "--open", "--json"))
    assert (found["text"], found["decision"], found["lexicon"]["matched"]) == ("aaaa", "review", False)


def test_without_a_list_none_is_spoken_of(tmp_path: Path) -> None:
    assert "lexicon" not in answer(read(tmp_path, "--json"))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = read(tmp_path, "--lexicon", "gone.txt")
    assert result.exit_code == 2 and "gone.txt" in result.output


def test_a_bad_list_is_a_sentence_not_a_traceback(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_bytes(b"\xff\xfeB")
    with pytest.raises(SystemExit) as end:
        main(["read", "x.png", "--lexicon", str(file)])
    assert end.value.code == 1
    assert "places.txt, line 1" in capsys.readouterr().err


def test_an_entry_with_something_unseen_is_refused_with_its_line(file: Path) -> None:
    file.write_text("Bern\nGe\u200bnf\n")
    with pytest.raises(BadLexicon, match=r"line 2: character 3 is U.200B ZERO WIDTH SPACE"):
        read_lexicon(file)
