"""Which families of the handwriting fonts are for training, and how some write figures."""

from collections.abc import Mapping, Sequence
from pathlib import Path

HELD_OUT = frozenset(
    {
        "annie-use-your-telescope",
        "bad-script",
        "caramel",
        "cedarville-cursive",
        "crafty-girls",
        "dancing-script",
        "delius",
        "gloria-hallelujah",
        "homemade-apple",
        "indie-flower",
        "kalam",
        "la-belle-aurore",
        "mansalva",
        "norican",
        "nothing-you-could-do",
        "parisienne",
        "patrick-hand",
        "reenie-beanie",
        "sedgwick-ave",
        "vibur",
    }
)
"""Twenty families, from print to cursive, brush and school writing, that write the entries of the set `forms` and
nothing to train on. None has a sister among the others."""

CONTINENTAL: Mapping[str, str] = {
    "annie-use-your-telescope": "17",
    "bad-script": "179",
    "caveat": "17",
    "cookie": "179",
    "crafty-girls": "479",
    "dancing-script": "179",
    "edu-nsw-act-cursive": "4",
    "edu-sa-beginner": "4",
    "edu-vic-wa-nt-beginner": "4",
    "felipa": "9",
    "fuggles": "1",
    "give-you-glory": "47",
    "gochi-hand": "17",
    "grechen-fuemen": "1",
    "herr-von-muellerhoff": "7",
    "indie-flower": "147",
    "licorice": "7",
    "mali": "179",
    "miss-fajardose": "79",
    "montez": "9",
    "mr-bedfort": "479",
    "mrs-saint-delafield": "79",
    "mynerve": "19",
    "neucha": "1",
    "over-the-rainbow": "4",
    "patrick-hand": "147",
    "permanent-marker": "7",
    "playwrite-us-trad": "19",
    "puppies-play": "79",
    "rock-salt": "7",
    "ruge-boogie": "9",
    "ruluko": "17",
    "sedgwick-ave": "179",
    "short-stack": "4",
    "swanky-and-moo-moo": "47",
    "vibur": "147",
    "walter-turncoat": "149",
}
"""Families by the figures that they write as much of Europe does, found by looking: 1 with an upstroke or a foot, 4
open at the top, 7 crossed, 9 with a curl below."""


def name_family(font: Path) -> str:
    """The family of a font file of Fontsource, `bad-script` of `bad-script-latin-400-normal.woff2`."""
    return font.stem.partition("-latin")[0]


def find_training(fonts: Sequence[Path]) -> list[Path]:
    """The fonts that may write what is trained on."""
    return [font for font in fonts if name_family(font) not in HELD_OUT]


def find_held_out(fonts: Sequence[Path]) -> list[Path]:
    """The fonts that write nothing to train on."""
    return [font for font in fonts if name_family(font) in HELD_OUT]


def find_continental(fonts: Sequence[Path]) -> list[Path]:
    """The fonts that write a figure as much of Europe does."""
    return [font for font in fonts if name_family(font) in CONTINENTAL]
