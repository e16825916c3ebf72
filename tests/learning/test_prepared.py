"""Prepared pictures lie on disk as they were."""

import json
from pathlib import Path

import numpy as np
import pytest

from longhand.learning.errors import NotPrepared
from longhand.learning.prepared import PreparedSet
from longhand.learning.progress import VARIABLE, report
from tests.learning.material import prepared


def test_pictures_come_back_as_they_were_written(tmp_path: Path) -> None:
    from longhand.handwriting.preprocessing import prepare_text
    from tests.drawings import written

    data = prepared(tmp_path, "text", {"train": ["ab", "ba"], "validation": ["a"]})
    for item, seed in zip(data.items, (0, 1, 0), strict=True):
        assert np.array_equal(data.pixels(item), prepare_text(written(item.text, seed)).pixels)
    assert [item.text for item in data.select("validation", "train")] == ["ab", "ba", "a"]


def test_pictures_on_disk_cannot_be_painted_over(tmp_path: Path) -> None:
    data = prepared(tmp_path, "text", {"train": ["ab"]})
    with pytest.raises(ValueError, match="read-only"):
        data.pixels(data.items[0])[0, 0] = 1


def test_equal_data_have_an_equal_version_and_other_data_another(tmp_path: Path) -> None:
    versions = [
        prepared(tmp_path / str(i), "text", {"train": texts}).version
        for i, texts in enumerate((["ab", "c"], ["ab", "c"], ["c", "ab"], ["ab"]))
    ]
    assert versions[0] == versions[1]
    assert len(set(versions)) == 3


def test_a_folder_without_pictures_names_the_stage_that_makes_them(tmp_path: Path) -> None:
    with pytest.raises(NotPrepared, match="prepare stage"):
        PreparedSet(tmp_path)


def test_progress_is_a_line_and_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "progress.json"))
    report({"epoch": 3, "loss": 0.123456})
    assert capsys.readouterr().out == "epoch 3  loss 0.1235\n"
    assert json.loads((tmp_path / "progress.json").read_text()) == {"epoch": 3, "loss": 0.123456}


def test_without_anyone_waiting_progress_is_a_line_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    report({"stage": "train"})
    assert capsys.readouterr().out == "stage train\n"
    assert list(tmp_path.iterdir()) == []


def test_pictures_can_be_held_back(tmp_path: Path) -> None:
    data = prepared(tmp_path, "character", {"train": "0123", "validation": "01"})
    version = data.version
    less = data.without(lambda item: item.text == "0")
    assert [item.text for item in less.items] == ["1", "2", "3", "1"]
    assert less.version not in (version, data.without(lambda item: item.text == "1").version)
    assert less.version == PreparedSet(tmp_path).without(lambda item: item.text == "0").version
    assert (data.version, len(data.items)) == (version, 6)
    assert (less.pixels(less.items[0]) == data.pixels(data.items[1])).all()
