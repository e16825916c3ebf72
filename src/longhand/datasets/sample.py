"""One labelled picture, wherever it comes from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from longhand.errors import LonghandError

Split = Literal["train", "validation", "gate", "test", "unseen", "duplicate"]
SPLITS: tuple[Split, ...] = get_args(Split)
"""`train`; `validation` for choosing, early stopping and calibration; `gate` only to decide whether a model may
replace another; `test` and `unseen` only for reporting; `duplicate` is an exact copy, left out."""


class DatasetError(LonghandError):
    """A data set is missing, or not laid out as expected."""

    code = "bad_dataset"


class NoTexts(DatasetError):
    """Nothing in the folder says what its pictures show."""

    code = "no_texts"


class UnknownDataset(DatasetError):
    """No data set of that name is known."""

    code = "unknown_dataset"


@dataclass(frozen=True)
class Sample:
    """A picture with its true text. `group` is what must not be split: a writer, a document or the picture itself."""

    set: str
    name: str
    text: str
    group: str
    split: Split
    read: Callable[[], bytes]
    """The bytes of the picture file; raises OSError where it cannot be had."""
