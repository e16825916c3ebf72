"""The characters that a model can write, in the order of its outputs."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from longhand.handwriting.errors import UnknownCharset
from longhand.tasks import CHARSETS, Charset


def normalise(text: str) -> str:
    """The form in which texts are kept and compared: NFC, ’ as ', white space collapsed and trimmed."""
    return " ".join(unicodedata.normalize("NFC", text).replace("’", "'").split())


@dataclass(frozen=True)
class Alphabet:
    """Characters in the order of a network's outputs. In CTC output 0 is the blank: `offset` is 1 there, else 0."""

    characters: str
    offset: int = 1

    @cached_property
    def _indices(self) -> dict[str, int]:
        return {character: i + self.offset for i, character in enumerate(self.characters)}

    @property
    def size(self) -> int:
        """How many outputs a network needs."""
        return len(self.characters) + self.offset

    def encode(self, text: str) -> list[int]:
        """The outputs that spell a text; characters outside the alphabet are left out."""
        return [self._indices[character] for character in text if character in self._indices]

    def decode(self, indices: Iterable[int]) -> str:
        """The text that outputs spell; blanks are left out."""
        return "".join(self.characters[i - self.offset] for i in indices if i >= self.offset)

    def missing(self, text: str) -> str:
        """The characters of a text that the alphabet lacks, each once."""
        return "".join(sorted(set(text) - set(self.characters)))


def fold(alphabet: Alphabet, charset: str) -> tuple[Alphabet, Sequence[Sequence[int]]]:
    """The alphabet that a charset leaves, and for each of its characters the outputs whose probabilities add up to it.

    `36` folds capitals into small letters. Raises UnknownCharset.
    """
    if charset not in CHARSETS:
        raise UnknownCharset(f"There is no charset {charset!r}. Choose one of {', '.join(CHARSETS)}.")
    kept = CHARSETS[charset]
    if kept is None:
        return alphabet, [[i + alphabet.offset] for i in range(len(alphabet.characters))]
    both = charset == Charset.FOLDED
    members = {c: alphabet.encode(c + c.upper() if both and c.isalpha() else c) for c in kept}
    if not any(members.values()):
        raise UnknownCharset(f"This model writes no character of the charset {charset!r}. Choose another one.")
    return Alphabet("".join(c for c, m in members.items() if m), 0), [m for m in members.values() if m]
