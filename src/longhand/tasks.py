"""The one table of what can be read: names and facts only, so that every room can ask it.

A room that does something else for each task keeps it in modules of its own, one for each `Task.module`, and finds
them by `part`. A further model is therefore an entry here and its modules; nothing else names it. What clients call a
task may have several entries, one for each effort with which it is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from importlib import import_module
from types import ModuleType

from longhand.errors import LonghandError

DIGITS = "0123456789"
UPPERCASE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LOWERCASE = "abcdefghijklmnopqrstuvwxyz"
GLYPHS = DIGITS + UPPERCASE + LOWERCASE
"""What `characters` tells apart: 62 classes."""

PUNCTUATION = " !\"#%&'()*+,-./:;<=>?[]^_°€$"
ACCENTED = "ÄÖÜÀÂÆÇÈÉÊËÎÏÔÙÛŒ" + "äöüßàâæçèéêëîïôùûœñóáíúš"
LATIN = PUNCTUATION + DIGITS + UPPERCASE + LOWERCASE + ACCENTED
"""What the first releases of `text` write: English, German and French."""

_SIGNS = "@£§|~«»–—…½×÷\\{}`¿¡"
_CAPITALS = "ÁÃÅÌÍÑÐÒÓÕØÚÝÞŠŽŸ"
_SMALL = "ãåìðòõøýþžÿ"
WESTERN = LATIN + _SIGNS + _CAPITALS + _SMALL
"""LATIN, then the signs of forms and addresses and what Spanish, Italian, Portuguese, Dutch and the Nordic languages
write beside it. The order never changes: heads copy their rows by character, and new ones come last."""

ALPHABETS: Mapping[str, str] = {"glyphs": GLYPHS, "latin": LATIN, "western": WESTERN}
"""The alphabets that a recipe can name."""

ROWS: Mapping[str, int] = {
    **dict.fromkeys(("glyph-1", "glyph-2"), 28),
    **dict.fromkeys(("text-1", "text-2", "text-3-32"), 32),
    "text-3-40": 40,
    **dict.fromkeys(("text-3", "text-4"), 48),
}
"""The rows of pixels that each released way of preparing pictures gives, and that its networks take."""


class Charset(StrEnum):
    """Which characters an answer may hold; `36` folds capitals into small letters."""

    FULL = "full"
    DIGITS = "digits"
    LOWERCASE = "lowercase"
    UPPERCASE = "uppercase"
    FOLDED = "36"


CHARSETS: Mapping[str, str | None] = {
    Charset.FULL: None,
    Charset.DIGITS: DIGITS,
    Charset.LOWERCASE: LOWERCASE,
    Charset.UPPERCASE: UPPERCASE,
    Charset.FOLDED: DIGITS + LOWERCASE,
}
"""The characters of each charset; None for all that a model writes."""


class Effort(StrEnum):
    """How much work a reading is worth: that of the network that reads best, or of a small one."""

    BEST = "best"
    FAST = "fast"


class UnknownTask(LonghandError):
    """A task that this release cannot read."""

    code = "unknown_task"


@dataclass(frozen=True)
class Task:
    """What one model reads.

    `wire` is what clients call the task, `module` the name of its module in each room. Of the models of one wire name
    each has another `effort`, and one of them the best. The network's outputs are the `alphabet` after `blank` others:
    1 for the blank of CTC, else 0. `preparations` are the released ways of preparing its pictures, the latest last.
    `alphabets` names those that a recipe may choose from; a bundle's card has its own. A picture of a `single` task
    shows one character; of a task with `lexicons`, it may show an entry of a list. `languages` are those whose language
    model helps to read, by ISO 639-1.
    """

    model: str
    wire: str
    module: str
    reads: str
    alphabet: str
    blank: int
    preparations: tuple[str, ...]
    effort: Effort = Effort.BEST
    charsets: tuple[str, ...] = tuple(CHARSETS)
    alphabets: tuple[str, ...] = ()
    single: bool = False
    lexicons: bool = False
    languages: tuple[str, ...] = ()
    use: str = ""
    limits: tuple[str, ...] = ()


CHARACTERS = Task(
    model="characters",
    wire="character",
    module="characters",
    reads="one handwritten digit or letter (0-9, A-Z, a-z)",
    alphabet=GLYPHS,
    blank=0,
    preparations=("glyph-1", "glyph-2"),
    alphabets=("glyphs",),
    single=True,
    use="Single glyphs: boxes of a form, a drawing on a canvas. `charset` narrows what an answer may hold;"
    " with `36`, capitals and small letters are one class.",
    limits=(
        "Glyphs that look alike alone (0 and O, 1 and l and I, capitals and small letters of one shape) are often"
        " confused: size and neighbours are not looked at.",
        "Every ink is read as one of its classes: a picture of something else gets an answer too, with a confidence"
        " that was not measured on such pictures.",
    ),
)
TEXT = Task(
    model="text",
    wire="text",
    module="text",
    reads="a handwritten word or line in English, German or French",
    alphabet=LATIN,
    blank=1,
    preparations=("text-1", "text-2", "text-3", "text-3-40", "text-3-32", "text-4"),
    alphabets=("latin", "western"),
    lexicons=True,
    languages=("en", "de", "fr"),
    use="Single words and lines that have been cut out already: fields of a form, lines of a letter. Where the"
    " decision is `review`, a person should look.",
    limits=(
        "It does not find lines on a page, and reads no tables, drawings or formulas.",
        "Characters outside its alphabet cannot be answered; other languages than its three have not been measured.",
        "Many pictures of one writer train it well for that writer and tell little of others: compare the sets below.",
    ),
)
TEXT_FAST = replace(
    TEXT,
    model="text-fast",
    effort=Effort.FAST,
    use="Words and lines while they are being drawn, and large archives on small machines: wherever speed counts more"
    " than the best reading, which is that of `text`. Where the decision is `review`, a person should look.",
)

TASKS: Mapping[str, Task] = {task.model: task for task in (CHARACTERS, TEXT, TEXT_FAST)}
"""The tasks by the names of their models."""

DEFAULT = TEXT
"""What a picture shows where nobody says."""


def find(wire: str) -> Task:
    """The task of a wire name, as it is read best; raises UnknownTask."""
    for task in TASKS.values():
        if task.wire == wire and task.effort is Effort.BEST:
            return task
    known = ", ".join(dict.fromkeys(task.wire for task in TASKS.values()))
    raise UnknownTask(f"This release does not know the task {wire!r}; it knows {known}. Update Longhand.")


def rank(wire: str, effort: Effort) -> tuple[Task, ...]:
    """The entries whose models may answer when this effort is asked for, in the order in which they are preferred.

    The last one always reads best: a better answer may stand in for a quicker one, never the other way round. Raises
    UnknownTask.
    """
    best = find(wire)
    return (*(t for t in TASKS.values() if t.wire == wire and t.effort is effort and t is not best), best)


def part(room: str, task: Task) -> ModuleType:
    """The module of a room, given as a package's name, that does what is particular to a task."""
    return import_module(f"{room}.{task.module}")
