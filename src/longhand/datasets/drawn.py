"""Which of the known data sets are drawn by a program: a training asks this, and needs none of the readers for it."""

DRAWN = frozenset(
    {
        "strokes",
        "stroke-glyphs",
        "rendered",
        "rendered-glyphs",
        "rendered-lines",
        "rendered-entries",
        "forms",
        "composed",
        "recomposed",
    }
)


def find_origin(name: str) -> str:
    """The set of the catalogue that a set of a recipe is made from: what stands before a colon, `dhsd:spoiled`."""
    return name.partition(":")[0]


def find_picture(name: str) -> str:
    """The name of the picture that a spoiled copy is made from: what stands before a tilde, `1_40.png~2`."""
    return name.partition("~")[0]


def is_drawn(name: str) -> bool:
    """Whether a set's pictures are drawn rather than written by people; a set that is not known is not."""
    return find_origin(name) in DRAWN
