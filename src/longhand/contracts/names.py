"""Names and short texts that people give to things: what is written in them can be seen."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field

# Control characters, the characters that Unicode calls default ignorable (zero width, direction, fillers, variation
# selectors, tags), line and paragraph separators, and halves of characters. They make two names look the same, or a
# name look like another one.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
_CONTROLS = {
    "\0": "NULL", "\b": "BACKSPACE", "\t": "CHARACTER TABULATION", "\n": "LINE FEED", "\r": "CARRIAGE RETURN",
    "\x1b": "ESCAPE", "\x7f": "DELETE", "\x85": "NEXT LINE",
}  # fmt: skip
"""Unicode itself has no names for control characters; these are its aliases."""


def check_seen(text: str) -> str:
    """The text; raises ValueError that names its first character that cannot be seen."""
    if found := _UNSEEN.search(text):
        place = found.start() + 1
        raise ValueError(f"character {place} is {name_of(found[0])}, which cannot be seen: leave it out")
    return text


def name_of(character: str) -> str:
    """A character's code and Unicode name, as `U+202E RIGHT-TO-LEFT OVERRIDE`."""
    known = _CONTROLS.get(character) or unicodedata.name(character, "") or _kind(character)
    return f"U+{ord(character):04X} {known}"


def collapse(text: str) -> str:
    """The text with its white space collapsed and trimmed; raises ValueError as check_seen does."""
    return check_seen(" ".join(text.split()))


def _kind(character: str) -> str:
    return {"Cc": "CONTROL CHARACTER", "Cs": "SURROGATE"}.get(unicodedata.category(character), "UNNAMED CHARACTER")


Label = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(check_seen)]
"""A name that somebody gives to a thing of theirs."""

Title = Annotated[str, Field(max_length=200), AfterValidator(check_seen)]
"""What a document or a writer is called, as far as it is known."""
