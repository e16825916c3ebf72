"""`longhand fetch`: where to, and how far it is."""

import io
from pathlib import Path

import pytest
from typer.testing import CliRunner

from longhand.cli.__main__ import app, main
from longhand.cli.progress import Progress


class Terminal(io.StringIO):
    """Somebody looks."""

    def isatty(self) -> bool:
        return True


def test_a_bar_grows_in_a_terminal() -> None:
    terminal = Terminal()
    progress = Progress(terminal)
    for done in (0, 2**19, 2**19 + 1, 2**20):
        progress("a.zip", done, 2**20)
    lines = terminal.getvalue().split("\r")[1:]
    assert [line.split("  ")[-1].lstrip() for line in lines] == ["0 % of 1.0 MB", "50 % of 1.0 MB", "100 % of 1.0 MB\n"]
    assert lines[1].count("█") == 15


def test_elsewhere_a_line_is_written_when_a_file_is_there() -> None:
    log = io.StringIO()
    progress = Progress(log)
    for done in (0, 2**19, 2**20, 2**20):
        progress("a.zip", done, 2**20)
    assert log.getvalue() == "a.zip  1.0 MB\n"


def test_where_to_must_be_known() -> None:
    result = CliRunner().invoke(app, ["fetch", "mnist"], env={"LONGHAND_DATASETS": ""})
    assert result.exit_code == 2 and "--to" in result.output


def test_what_cannot_be_fetched_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["fetch", "iam", "--to", str(tmp_path)])
    assert end.value.code == 1
    assert "Choose one of mnist, emnist" in capsys.readouterr().err
