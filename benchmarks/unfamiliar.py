"""What Longhand accepts of pictures that no model reads: other alphabets, drawings, noise and textures.

Print belongs to them, but counts only where it is misread.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.confidence import share
from benchmarks.measurements import Bench
from benchmarks.results import Figure
from benchmarks.sets import SEED, Material, Set, describe
from longhand.datasets.png import encode_png
from longhand.datasets.sample import Sample
from longhand.datasets.synthetic.rendered import render
from longhand.datasets.synthetic.scripts import choose_fonts
from longhand.datasets.synthetic.unfamiliar import MEASURED, Pixels, draw_unfamiliar
from longhand.datasets.synthetic.vocabulary import make_texts
from longhand.handwriting.alphabet import normalise
from longhand.tasks import Charset

COUNT = 100
"""Pictures of each kind: 500 of alphabets, of drawings, and of noise and textures."""

FONTS = Path("/usr/share/fonts")
"""Where Debian's fonts lie."""

_PRINTED, _PRINT = ("DejaVuSerif", "DejaVuSans", "DejaVuSerif-Bold"), "print"


def describe_unfamiliar(of: Set, bench: Bench, engine: str, material: Material) -> Iterator[Figure]:
    """The share of unfamiliar pictures that is accepted, all together and by kind where any is."""
    task = describe(of)
    found = bench.read(of, material, engine, task, batch=32)
    kinds = np.array([material.groups[place] for place in found.places])
    wrong = [normalise(material.truths[place]) != text for place, text in zip(found.places, found.texts, strict=True)]
    accepted = np.array(wrong) & np.array([bool(reading.accepted) for reading in found.readings])
    name = f"unfamiliar pictures, {of.model if task.charset == Charset.FULL else task.charset}"
    yield share(f"{name}, accepted", int(accepted.sum()), len(accepted))
    for kind in sorted(set(kinds[accepted].tolist())):
        here = kinds == kind
        yield share(f"{name}, accepted of {kind}", int(accepted[here].sum()), int(here.sum()))


def draw_material(folder: Path, count: int, characters: str) -> Material:
    """So many pictures of each kind as files in a new folder, and five times as many printed ones; a picture's group is
    its kind. They are glyphs where a task has `characters`, of which printed ones are drawn. What no font at hand can
    write is left out."""
    folder.mkdir(parents=True)
    fonts = list_fonts()
    drawn = [("", kind, pixels) for kind, pixels in draw_unfamiliar(MEASURED, fonts, count, bool(characters))]
    drawn += _print([font for font in fonts if font.stem in _PRINTED], 5 * count, characters)
    samples, files = [], []
    for number, (text, kind, pixels) in enumerate(drawn):
        files.append(folder / f"{number:05}")
        files[-1].write_bytes(encode_png(pixels))
        samples.append(Sample("unfamiliar", str(number), text, kind, "test", files[-1].read_bytes))
    return Material(samples, files, (), frozenset())


def list_fonts() -> list[Path]:
    """The fonts at hand."""
    return sorted(path for path in FONTS.rglob("*") if path.suffix in (".ttf", ".otf"))


def list_missing() -> list[str]:
    """The alphabets that no font at hand can write."""
    fonts = list_fonts()
    return [name for name, script in MEASURED.scripts.items() if not choose_fonts(script, fonts)]


def _print(fonts: Sequence[Path], count: int, characters: str) -> Iterator[tuple[str, str, Pixels]]:
    """Printed words, or characters."""
    random = np.random.default_rng(SEED)
    texts = list(characters) if characters else make_texts(count, seed=SEED, longest=16)
    for number in range(count if fonts else 0):
        text = texts[number % len(texts)]
        pixels = render(text, fonts[number % len(fonts)], random)
        if pixels is not None:
            yield text, _PRINT, pixels
