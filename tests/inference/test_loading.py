"""Bundles are run whole or not at all."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from longhand.bundles.errors import BundleError
from longhand.bundles.files import CARD, MODEL
from longhand.inference import load
from longhand.inference.session import ENGINES
from tests.bundles import glyph_guesser, stroke_counter


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return stroke_counter(tmp_path / "text", "a")


def amend(bundle: Path, **values: object) -> None:
    card = json.loads((bundle / CARD).read_text())
    (bundle / CARD).write_text(json.dumps(card | values))


def cut(bundle: Path) -> None:
    (bundle / MODEL).write_bytes((bundle / MODEL).read_bytes()[:200])


def flip(bundle: Path) -> None:
    data = bytearray((bundle / MODEL).read_bytes())
    data[-40] ^= 1
    (bundle / MODEL).write_bytes(data)


def swap(bundle: Path) -> None:
    """A network for characters under a card for texts."""
    shutil.copyfile(glyph_guesser(bundle.parent / "characters", "7") / MODEL, bundle / MODEL)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "cut off": cut,
    "one bit": flip,
    "empty": lambda bundle: (bundle / MODEL).write_bytes(b""),
    "another network": swap,
    "no network": lambda bundle: (bundle / MODEL).unlink(),
    "no card": lambda bundle: (bundle / CARD).unlink(),
    "of another task": lambda bundle: amend(bundle, task="music"),
    "of a later preprocessing": lambda bundle: amend(bundle, preprocessing="text-99"),
    "of a later format": lambda bundle: amend(bundle, format=2),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_bundle_is_refused(bundle: Path, damage: str) -> None:
    DAMAGES[damage](bundle)
    with pytest.raises(BundleError, match=r"\w"):
        load(bundle, threads=1)


@pytest.mark.parametrize("engine", ["auto", *ENGINES])
@pytest.mark.parametrize("damage", ["cut off", "empty", "another network"])
def test_without_a_fingerprint_a_network_proves_itself_by_running(bundle: Path, damage: str, engine: str) -> None:
    amend(bundle, sha256="")
    DAMAGES[damage](bundle)
    with pytest.raises(BundleError, match="Fetch the model again"):
        load(bundle, threads=1, engine=engine)


def test_a_card_that_names_other_outputs_is_refused(bundle: Path) -> None:
    amend(bundle, characters="abc")
    with pytest.raises(BundleError, match="answers 2 outputs where its card names 4"):
        load(bundle, threads=1)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_engine_that_is_named_is_taken(bundle: Path, engine: str) -> None:
    assert load(bundle, threads=1, engine=engine).engine.startswith(engine)


def test_else_one_of_those_that_are_installed_is_taken(bundle: Path) -> None:
    assert load(bundle).engine in ("onnxruntime", "openvino")
