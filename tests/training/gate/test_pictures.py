"""Pictures that a decision names, for whoever looks at it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from longhand.contracts.gates import GateChange
from longhand.contracts.pictures import media_type
from longhand.datasets.sample import Sample
from longhand.handwriting.images import decode
from services.training.errors import NotDecided, NotNamed, PictureMissing
from services.training.gate.material import GateSet, open_gate_set
from services.training.gate.pictures import Pictures
from services.training.gate.records import Gates
from tests.training.gate.test_records import decision


@dataclass
class Shelf:
    """A folder of pictures that is the gate set `dhsd`; `listed` are the models whose sets were asked for."""

    folder: Path
    listed: list[str] = field(default_factory=list)

    def open(self, model: str, sets: Sequence[str]) -> GateSet:
        self.listed.append(model)
        files = sorted(self.folder.glob("*/*.jpg"))
        names = [file.relative_to(self.folder).as_posix() for file in files]
        samples = [Sample("dhsd", n, "Genf", n, "gate", f.read_bytes) for n, f in zip(names, files, strict=True)]
        return GateSet({name: samples for name in sets}, made=False, single=False)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    for name in ("a", "b", "unnamed"):
        file = tmp_path / "dhsd" / "images" / f"{name}.jpg"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((20, 60, 3), (200, 120, 40), np.uint8)).save(file)
    return Shelf(tmp_path / "dhsd")


def name(gates: Gates, *ids: str, model: str = "text") -> None:
    """Keep a decision on version 2 of a model that names these pictures."""
    changed = [GateChange(id=id, source="gate set", champion=1, challenger=0) for id in ids]
    gates.keep(decision(2, True).model_copy(update={"model": model, "changed": changed}), {})


def test_a_picture_that_is_named_is_shown_as_png_in_its_colours(gates: Gates, shelf: Shelf) -> None:
    name(gates, "dhsd/images/a.jpg", "dhsd/images/b.jpg")
    pictures = Pictures(gates, shelf.open)
    for id in ("dhsd/images/a.jpg", "dhsd/images/b.jpg"):
        shown = pictures.draw("text", 2, id)
        assert media_type(shown) == "image/png"
        assert np.abs(decode(shown).colour[10, 30].astype(int) - (200, 120, 40)).max() < 6
    assert shelf.listed == ["text"]


@pytest.mark.parametrize(
    "id", ["dhsd/images/unnamed.jpg", "dhsd/../dhsd/images/a.jpg", "../../etc/passwd", "/etc/passwd", "rdg-1", ""]
)
def test_what_the_decision_does_not_name_is_not_looked_for(gates: Gates, shelf: Shelf, id: str) -> None:
    gates.keep(decision(2, True), {"rdg-1": "a" * 64})
    with pytest.raises(NotNamed):
        Pictures(gates, shelf.open).draw("text", 2, id)
    with pytest.raises(NotDecided):
        Pictures(gates, shelf.open).draw("text", 3, id)
    assert shelf.listed == []


def test_a_picture_whose_set_is_gone_is_said_to_be_and_shown_when_it_is_back(gates: Gates, shelf: Shelf) -> None:
    name(gates, "dhsd/images/a.jpg")
    pictures, away = Pictures(gates, shelf.open), shelf.folder.with_name("away")
    shelf.folder.rename(away)
    with pytest.raises(PictureMissing, match="LONGHAND_DATASETS"):
        pictures.draw("text", 2, "dhsd/images/a.jpg")
    away.rename(shelf.folder)
    assert pictures.draw("text", 2, "dhsd/images/a.jpg")
    (shelf.folder / "images" / "a.jpg").write_bytes(b"no picture")
    with pytest.raises(PictureMissing):
        pictures.draw("text", 2, "dhsd/images/a.jpg")


def test_a_drawn_picture_is_drawn_again_as_it_was_read(gates: Gates, tmp_path: Path) -> None:
    drawn = open_gate_set("characters", [], tmp_path).pictures()[-1]
    name(gates, drawn.id, model="characters")
    assert Pictures(gates).draw("characters", 2, drawn.id) == drawn.read()
