"""A list of the texts that may stand in a picture, and which of them does."""

import hashlib
from collections.abc import Sequence

from longhand.handwriting.alphabet import normalise
from longhand.handwriting.errors import BadLexicon

MAX_ENTRIES, MAX_LENGTH = 100_000, 200


class Lexicon:
    """Texts to choose from: normalised, each once, in the order given; `digest` names them, SHA-256 in hex.

    Raises BadLexicon for no entries, more than MAX_ENTRIES, an empty one, or one longer than MAX_LENGTH characters.
    """

    def __init__(self, entries: Sequence[str]) -> None:
        if not 0 < len(entries) <= MAX_ENTRIES:
            raise BadLexicon(f"A lexicon has 1 to {MAX_ENTRIES:,} entries; this one has {len(entries):,}.")
        self.entries = tuple(dict.fromkeys(map(normalise, entries)))
        for entry in self.entries:
            if not 0 < len(entry) <= MAX_LENGTH:
                raise BadLexicon(
                    f"An entry of a lexicon has 1 to {MAX_LENGTH} characters; {entry[:20]!r} has {len(entry)}."
                )
        self.digest = hashlib.sha256("\n".join(self.entries).encode()).hexdigest()
