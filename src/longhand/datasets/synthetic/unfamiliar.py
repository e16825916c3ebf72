"""Pictures of what no model reads, for guards: other alphabets, drawings, noise and textures."""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from longhand.datasets.synthetic.figures import FIGURES, OTHER_FIGURES, Draw
from longhand.datasets.synthetic.scripts import OTHER_SCRIPTS, SCRIPTS, Script, choose_fonts, write_script

Pixels = NDArray[np.uint8]
_GLYPH, _ROWS, _COLUMNS = 112, 64, (100, 400)


@dataclass(frozen=True)
class Unfamiliar:
    """Kinds of pictures that no model reads: alphabets and figures, by name."""

    scripts: Mapping[str, Script]
    figures: Mapping[str, Draw]


MEASURED = Unfamiliar(SCRIPTS, FIGURES)
"""What is measured on."""

CALIBRATED = Unfamiliar(OTHER_SCRIPTS, OTHER_FIGURES)
"""What guards are calibrated on: none of its kinds is measured on."""


def draw_unfamiliar(
    kinds: Unfamiliar, fonts: Sequence[Path], count: int, single: bool = False
) -> Iterator[tuple[str, Pixels]]:
    """`count` pictures of each kind with its name, dark on light: words, or `single` glyphs. Alphabets of which no font
    is at hand are left out. A picture depends on its kind and number alone."""
    for name, script in kinds.scripts.items():
        if own := choose_fonts(script, fonts):
            yield from ((name, write_script(script, own, _seed(name, number), single)) for number in range(count))
    for name, draw in kinds.figures.items():
        yield from ((name, _draw(draw, _seed(name, number), single)) for number in range(count))


def _draw(draw: Draw, random: np.random.Generator, single: bool) -> Pixels:
    return draw(_GLYPH, _GLYPH, random) if single else draw(_ROWS, int(random.integers(*_COLUMNS)), random)


def _seed(name: str, number: int) -> np.random.Generator:
    return np.random.default_rng([number, zlib.crc32(name.encode())])
