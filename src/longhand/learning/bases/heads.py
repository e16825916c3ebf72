"""Rows of a last layer for another alphabet than the one that it was trained on."""

import unicodedata
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

ALIKE = {"¡": "!", "¿": "?", "«": "<", "»": ">", "–": "-", "—": "-", "…": ".", "¬": "-", "½": "1", "€": "C", "ſ": "f"}
"""Signs, and what looks most like them."""


def cut(weights: NDArray[np.float32], known: Sequence[str], characters: str) -> NDArray[np.float32]:
    """Of a last layer's weights (…, outputs of `known`), those of the blank and of `characters`, in their order.

    `known` names each output, the blank first. A character that is not among them starts from its nearest: its base
    letter without accents, else the sign that ALIKE names, else the mean of all characters.
    """
    places = {character: place for place, character in enumerate(known) if place}
    rows = [weights[..., 0], *(_start(weights, _nearest(character, places)) for character in characters)]
    return np.stack(rows, axis=-1)


def find_missing(known: Sequence[str], characters: str) -> str:
    """The characters that start from others."""
    return "".join(character for character in characters if character not in set(known))


def _start(weights: NDArray[np.float32], place: int | None) -> NDArray[np.float32]:
    return weights[..., 1:].mean(axis=-1) if place is None else weights[..., place]


def _nearest(character: str, places: dict[str, int]) -> int | None:
    return next((places[one] for one in _candidates(character) if one in places), None)


def _candidates(character: str) -> Iterator[str]:
    yield character
    yield unicodedata.normalize("NFD", character)[0]
    if character in ALIKE:
        yield ALIKE[character]
