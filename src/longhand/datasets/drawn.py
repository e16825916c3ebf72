"""Which of the known data sets are drawn by a program: a training asks this, and needs none of the readers for it."""

DRAWN = frozenset({"strokes", "stroke-glyphs", "rendered", "rendered-glyphs", "composed"})


def is_drawn(name: str) -> bool:
    """Whether a set's pictures are drawn rather than written by people; a set that is not known is not."""
    return name in DRAWN
