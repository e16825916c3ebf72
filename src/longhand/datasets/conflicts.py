"""Pictures that come twice with different texts: at least one of them is wrong, and nobody knows which."""

from collections.abc import Hashable, Iterable

from longhand.handwriting.alphabet import normalise


def agree(one: str, other: str) -> bool:
    """Whether two texts of a picture are the same, as texts are compared."""
    return normalise(one) == normalise(other)


def find_conflicts(texts: Iterable[tuple[Hashable, str]]) -> set[Hashable]:
    """Of pictures, by whatever identifies them, and their texts: those that have more than one text."""
    known: dict[Hashable, str] = {}
    return {key for key, text in texts if not agree(known.setdefault(key, text), text)}


def explain(other: str, text: str) -> str:
    """Why a picture is refused that is also called `other` and has `text` there."""
    return f"the same picture as {other}, whose text is {text!r}: keep one of the two"
