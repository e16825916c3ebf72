"""A card says everything that is needed to run a model."""

import json
from pathlib import Path

import pytest

from longhand.bundles.card import CALIBRATED, FORMAT, Card, read_card
from longhand.bundles.errors import BundleError
from longhand.bundles.files import CARD

FULL = Card(
    name="text",
    task="text",
    characters="aßœ€ ",
    height=32,
    preprocessing="text-1",
    temperature=1.25,
    threshold=0.93,
    sha256="0" * 64,
    opset=17,
    versions={"keras": "3"},
    metrics={"dhsd.cer": 0.05},
    data=[{"name": "dhsd", "licence": "CC BY 4.0"}],
)


def test_a_card_is_read_as_it_was_written(tmp_path: Path) -> None:
    FULL.write(tmp_path)
    assert read_card(tmp_path) == FULL
    assert [file.name for file in tmp_path.iterdir()] == [CARD]


def test_a_card_can_be_read_by_a_person(tmp_path: Path) -> None:
    FULL.write(tmp_path)
    assert '"aßœ€ "' in (tmp_path / CARD).read_text(encoding="utf-8")


def test_without_a_threshold_nothing_is_accepted() -> None:
    assert Card("x", "text", "a", 32, "text-1").threshold > 1


def test_a_text_model_has_a_blank_before_its_characters() -> None:
    assert Card("x", "text", "ab", 32, "text-1").alphabet.size == 3
    assert Card("x", "character", "ab", 28, "glyph-1").alphabet.size == 2


def test_a_folder_without_a_card_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"holds no card\.json"):
        read_card(tmp_path)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'"text"', b"{}", b'{"name": "text"}', b"\xff\xfe\x00", b'{"surprise": 1}'],
)
def test_a_damaged_card_asks_for_the_model_again(tmp_path: Path, content: bytes) -> None:
    (tmp_path / CARD).write_bytes(content)
    with pytest.raises(BundleError, match="Fetch the model again"):
        read_card(tmp_path)


def test_a_card_of_a_later_format_asks_for_an_update(tmp_path: Path) -> None:
    FULL.write(tmp_path)
    values = json.loads((tmp_path / CARD).read_text()) | {"format": FORMAT + 1}
    (tmp_path / CARD).write_text(json.dumps(values))
    with pytest.raises(BundleError, match="Update Longhand"):
        read_card(tmp_path)


def test_a_card_without_geometry_means_the_values_that_were_in_force_when_it_was_written(tmp_path: Path) -> None:
    FULL.write(tmp_path)
    values = json.loads((tmp_path / CARD).read_text())
    older = {key: value for key, value in values.items() if key not in ("scale", "stride", "margin")}
    (tmp_path / CARD).write_text(json.dumps(older))
    card = read_card(tmp_path)
    assert (card.scale, card.stride, card.margin) == (255.0, 4, 4)


def test_what_calibration_chooses_is_one_list() -> None:
    chosen = FULL.calibration
    assert tuple(chosen) == CALIBRATED
    assert chosen == {key: getattr(FULL, key) for key in CALIBRATED}
