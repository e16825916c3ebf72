"""What a network sees of pictures under everyday conditions, pinned: a set is prepared once and trained on for long."""

import hashlib

import numpy as np
import pytest

from longhand.datasets.synthetic.conditions import CONDITIONS, seed, spoil
from longhand.handwriting.images import Picture
from longhand.handwriting.preprocessing import VERSIONS
from tests.drawings import written

TEXTS = ("Garden", "a longer line, of several words", "minimum", "1917")
GLYPHS = "4gB1"
PINNED = {
    "text-3": {
        "plain": "1e3d9f771c10129b",
        "form-cell": "1e3d9f771c10129b",
        "edge-line": "1e3d9f771c10129b",
        "corner": "1e3d9f771c10129b",
        "fill-in-line": "1e3d9f771c10129b",
        "ruled": "261ad5f97ac05ab8",
        "squared": "b6ca5007eaf0d13f",
        "half-shadow": "24534dcd7b67adb3",
        "slope": "9453e0a173b3dacb",
        "dark-desk": "ee03c123ea9c81fd",
        "neighbours": "1e3d9f771c10129b",
        "pencil": "901b34d11f25cf2c",
        "photo": "cdd30823fcab2d8f",
        "small": "6b4bb7fde8757127",
    },
    "glyph-2": {
        "plain": "9bfa2c1524681f48",
        "form-cell": "9bfa2c1524681f48",
        "edge-line": "9bfa2c1524681f48",
        "corner": "9bfa2c1524681f48",
        "fill-in-line": "9bfa2c1524681f48",
        "ruled": "af7d801f6f98e948",
        "squared": "8f802775e95ef1a0",
        "half-shadow": "7efef445fdd8c998",
        "slope": "fe6905c46f97d2dc",
        "dark-desk": "b7908514ee8333af",
        "neighbours": "9bfa2c1524681f48",
        "pencil": "c305ecb73bca2ff0",
        "photo": "6b5e595db7c29dfa",
        "small": "32997cfda0b8fb35",
    },
}
"""The start of the SHA-256 of all texts or glyphs under each condition."""


def prepare(version: str, condition: str) -> str:
    """The start of the hash of all that a version makes of the pictures under a condition."""
    found = hashlib.sha256()
    for place, text in enumerate(TEXTS if version == "text-3" else GLYPHS):
        gray = np.pad(written(text, seed=place, paper=240).gray, 8, constant_values=240)
        pixels = VERSIONS[version](Picture(spoil(gray, condition, seed(condition, place)))).pixels
        found.update(repr(pixels.shape).encode() + pixels.tobytes())
    return found.hexdigest()[:16]


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("version", ["text-3", "glyph-2"])
def test_a_spoilt_picture_is_prepared_as_it_always_was(version: str, condition: str) -> None:
    assert prepare(version, condition) == PINNED[version][condition]
