"""A lexicon in a file: one entry per line, as UTF-8."""

from collections.abc import Iterator
from pathlib import Path

from longhand.contracts.names import check_seen
from longhand.handwriting.alphabet import normalise
from longhand.handwriting.ctc.lexicon import MAX_LENGTH, Lexicon
from longhand.handwriting.errors import BadLexicon


def read_lexicon(path: Path) -> Lexicon:
    """The list in a file; empty lines count for nothing. Raises BadLexicon, which names file and line, or OSError."""
    entries = list(_entries(path))
    try:
        return Lexicon(entries)
    except BadLexicon as error:
        raise BadLexicon(f"{path}: {error}") from None


def _entries(path: Path) -> Iterator[str]:
    for number, line in enumerate(path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        try:
            entry = normalise(line.decode())
        except UnicodeDecodeError:
            raise BadLexicon(f"{path}, line {number}: this is not UTF-8. Save the list as UTF-8.") from None
        if len(entry) > MAX_LENGTH:
            raise BadLexicon(
                f"{path}, line {number}: an entry has at most {MAX_LENGTH} characters; this one has {len(entry)}."
            )
        try:
            check_seen(entry)
        except ValueError as error:
            raise BadLexicon(f"{path}, line {number}: {error}.") from None
        if entry:
            yield entry
