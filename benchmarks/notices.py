"""Which notices are given on pictures under everyday conditions, and which on plain ones."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from benchmarks.preparing import PREPARED
from benchmarks.results import Figure, Noticed
from longhand.datasets.synthetic.conditions import CONDITIONS, Pixels, seed, spoil
from longhand.handwriting.errors import NoInk
from longhand.handwriting.images import Picture
from longhand.handwriting.notices import Notice
from longhand.handwriting.preprocessing import preprocessing

EXPECTED: Mapping[str, Notice] = {
    **dict.fromkeys(
        ("form-cell", "edge-line", "corner", "fill-in-line", "ruled", "squared"),
        Notice.FRAME_REMOVED,
    ),
    **dict.fromkeys(("half-shadow", "slope", "photo"), Notice.UNEVEN_LIGHT),
    "small": Notice.LOW_RESOLUTION,
    "neighbours": Notice.TOUCHES_BORDER,
    "two-rows": Notice.SEVERAL_LINES,
    "on-its-side": Notice.TURNED,
}
"""The notice that belongs to a condition."""

ARRANGED: Mapping[str, Callable[[Pixels], Pixels]] = {
    "two-rows": lambda plain: np.vstack([plain, plain]),
    "on-its-side": lambda plain: np.rot90(plain).copy(),
}
"""Conditions of texts beside those of every picture, made of a plain one."""

_VISIBLE, _SOME = 1 / 8, 0.001


def notice_sample(sample: str, pictures: Sequence[Pixels]) -> Iterator[Noticed]:
    """The notices of a sample, a row per condition. A condition that does not show in a picture is left out of its
    row: printed lines may be as light as the paper, and of a neighbouring line nothing may reach into the picture."""
    for condition in CONDITIONS if sample == "digits" else (*CONDITIONS, *ARRANGED):
        found = [
            said for place, gray in enumerate(pictures) if (said := _look(sample, condition, place, gray)) is not None
        ]
        given = Counter(str(notice) for said in found for notice in said)
        yield Noticed(condition, sample, len(found), dict(sorted(given.items())))


def _look(sample: str, condition: str, place: int, gray: Pixels) -> tuple[Notice, ...] | None:
    """The notices of a picture under a condition; None where it does not show."""
    plain = spoil(gray, "plain", seed("plain", place))
    arrange = ARRANGED.get(condition)
    spoilt = arrange(plain) if arrange else spoil(gray, condition, seed(condition, place))
    if condition != "plain" and not _shows(plain, spoilt):
        return None
    try:
        return preprocessing(PREPARED[sample][0])(Picture(spoilt)).notices
    except NoInk:
        return ()


def _shows(plain: Pixels, spoilt: Pixels) -> bool:
    """Whether a condition changes a few pixels by an eighth of the paper's brightness, or the size."""
    if plain.shape != spoilt.shape:
        return True
    changed = np.abs(plain.astype(np.int16) - spoilt) >= _VISIBLE * np.percentile(plain, 90)
    return bool(changed.mean() >= _SOME)


def measure_share(rows: Sequence[Noticed], sample: str, notice: Notice, *, plain: bool) -> float | None:
    """Of the pictures of a sample, the share with a notice: of those under its conditions, or of the plain ones; None
    where there are none."""
    own = [row for row in rows if row.sample == sample]
    own = [row for row in own if (row.condition == "plain" if plain else EXPECTED.get(row.condition) == notice)]
    count = sum(row.pictures for row in own)
    return sum(row.given.get(notice, 0) for row in own) / count if count else None


def describe_notices(rows: Sequence[Noticed]) -> Iterator[Figure]:
    """The notice that is given least often on its conditions, and the one that is given oftenest on plain pictures."""
    kinds = [
        (sample, notice) for sample in dict.fromkeys(row.sample for row in rows) for notice in set(EXPECTED.values())
    ]
    for name, plain, worst in (("their conditions", False, min), ("plain pictures", True, max)):
        shares = [measure_share(rows, sample, notice, plain=plain) for sample, notice in kinds]
        if known := [share for share in shares if share is not None]:
            yield Figure(f"notices on {name}, {'most' if plain else 'least'} of any", worst(known))
