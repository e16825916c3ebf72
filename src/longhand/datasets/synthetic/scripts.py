"""Words in alphabets that Longhand does not read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from longhand.datasets.synthetic.rendered import render

Pixels = NDArray[np.uint8]
_TRIES = 50


def _span(first: int, last: int) -> str:
    return "".join(map(chr, range(first, last + 1)))


@dataclass(frozen=True)
class Script:
    """An alphabet: its `letters`, those of them that are `distinct`, so like no letter or digit of the Latin alphabet
    that a person could take them for one, and the names of fonts in which it is drawn."""

    letters: str
    distinct: str
    fonts: tuple[str, ...]


_COMMON = (
    "的是在有和这为来国我们到说时要就出会可也你对生能子那得于着自之年过发后作里所然家种事成方多经么去法学如都同现当没动面起看定天分还进好"
    "部其些主样理心她本前开但因只从想实"
)
"""Chinese characters that are used most, but those of a stroke or two."""

SCRIPTS: Mapping[str, Script] = {
    "greek": Script("αβγδεζηθικλμνξοπρσςτυφχψω", "ΔΘΞΠΣΦΨΩζλξφψ", ("GFSDidot", "GFSGazis", "DejaVuSerif")),
    "cyrillic": Script("абвгдежзийклмнопрстуфхцчшщъыьэюя", "ДЖЙФЦШЩЪЫЮджшщъыюф", ("DejaVuSerif", "DejaVuSans")),
    "arabic": Script(_span(0x628, 0x63A) + _span(0x641, 0x64A), "بتثجحخسشصضطظعغفقكني", ("Amiri-Regular", "DejaVuSans")),
    "devanagari": Script(_span(0x915, 0x939), "अआइईऊएकखघचछजझञणथधनफबभमयलवशषसह", ("Lohit-Devanagari",)),
    "chinese": Script(_COMMON, _COMMON, ("gkai00mp", "gbsn00lp")),
}
"""What is measured on."""

OTHER_SCRIPTS: Mapping[str, Script] = {
    "hebrew": Script(_span(0x5D0, 0x5EA), "אבגהטלמפצקשת", ("DejaVuSans",)),
    "armenian": Script(_span(0x561, 0x586), "ԲԴԵԷԺԽԾԿՁՂՃՄՇՋգծկձմչջ", ("DejaVuSans",)),
    "georgian": Script(_span(0x10D0, 0x10F0), "ბდზთლმნჟრტფქღყშჩცძწჭხჯჰ", ("DejaVuSans",)),
    "lao": Script("ກຂຄງຈຊຍດຕຖທນບປຜຝພຟມຢຣລວສຫອຮ", "ກຂຄຈຊຍດຕຖທນບປຜຝພຟຢລສຫຮ", ("DejaVuSans",)),
    "tifinagh": Script(_span(0x2D30, 0x2D65), "ⴱⴳⴵⴶⴺⴽⵀⵃⵄⵇⵞⵚⵛⵟⵣⵥ", ("DejaVuSans",)),
    "symbols": Script("∀∂∃∇∈∉∑∏√∞∠∧∨∩∪∫≈≠≡≤≥⊂⊃⊕⊗⊥", "∀∂∃∇∈∉∑∏√∠≈≠≡≤≥⊕⊗", ("DejaVuSans",)),
}
"""What guards are calibrated on, none of which is measured on."""


def write_script(script: Script, fonts: Sequence[Path], random: np.random.Generator, single: bool = False) -> Pixels:
    """A `single` letter or a word of 3 to 9, dark on light; the letter, and two of each word, are distinct.

    Raises ValueError where none of the fonts has them.
    """
    for _ in range(_TRIES):
        font = fonts[int(random.integers(len(fonts)))]
        text = _choose(script.distinct, 1 if single else 2, random)
        text += "" if single else _choose(script.letters, int(random.integers(1, 8)), random)
        if (drawn := render(text, font, random)) is not None:
            return drawn
    raise ValueError("No font has the letters of this script.")


def choose_fonts(script: Script, fonts: Sequence[Path]) -> list[Path]:
    """The fonts of a script among those at hand."""
    return [font for font in fonts if font.stem in script.fonts]


def _choose(letters: str, count: int, random: np.random.Generator) -> str:
    return "".join(letters[int(place)] for place in random.integers(len(letters), size=count))
