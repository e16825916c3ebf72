"""What people write into forms: the texts, drawn by kind."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from longhand.datasets.synthetic.numbers import (
    make_amount,
    make_date,
    make_number,
    make_share,
    make_telephone,
    make_time,
)
from longhand.datasets.synthetic.parts import pick_form
from longhand.handwriting.alphabet import normalise
from longhand.tasks import DIGITS, GLYPHS, UPPERCASE, WESTERN

Make = Callable[[np.random.Generator], str]
_FOLDED = str.maketrans("àáâãäåçèéêëìíîïñòóôõöøùúûüß' ", "aaaaaaceeeeiiiinoooooouuuus--")


def make_place(random: np.random.Generator) -> str:
    """A postcode, or a line of an address: `10115 Berlin`, `SW1A 1AA`, `12 rue du Bac`, `Am Markt 3a`."""
    digits = "".join(map(str, random.integers(0, 10, 5)))
    letters = "".join(random.choice(list(UPPERCASE), 4))
    town, street = pick_form("town", random), pick_form("street", random)
    number = f"{int(random.integers(1, 200))}{random.choice(['', '', '', 'a', 'b', ' bis'])}"
    written = (
        digits,
        f"{digits} {town}",
        f"{random.choice(['D', 'F', 'A', 'CH'])}-{digits} {town}",
        f"{letters[:2]}{digits[0]} {digits[1]}{letters[2:]}",
        f"{letters[0]}{digits[:2]} {digits[2]}{letters[2:]}",
        f"{street} {number}",
        f"{number}, {street}",
        f"{number} {street}, {town}",
        f"{town}, {letters[:2]} {digits}",
    )
    return written[int(random.integers(len(written)))]


def make_electronic(random: np.random.Generator) -> str:
    """An e-mail or web address: `anna.baker@mail.de`, `www.klinik-bern.ch`, `https://example.org/a_1`."""
    first, last = (_plain(pick_form(kind, random)) for kind in ("first", "last"))
    domain = f"{pick_form('domain', random)}{random.choice(['', '', '-' + _plain(pick_form('town', random))])}"
    host = f"{domain}.{pick_form('suffix', random)}"
    written = (
        f"{first}.{last}@{host}",
        f"{first}_{last}@{host}",
        f"{first[0]}{last}{int(random.integers(100))}@{host}",
        f"{first}@{host}",
        f"www.{host}",
        f"www.{host}/{first}",
        f"https://{host}/{last}_{int(random.integers(20))}",
        host,
    )
    return written[int(random.integers(len(written)))]


def make_name(random: np.random.Generator) -> str:
    """A name, or its initials: `Anna Baker`, `Weiß, Max`, `J. S. B.`, `A.K.`, `Mme Dubois`."""
    first, last = pick_form("first", random), pick_form("last", random)
    letters = random.choice(list(UPPERCASE), 3).tolist()
    written = (
        f"{first} {last}",
        f"{last}, {first}",
        f"{first[0]}. {last}",
        ". ".join(letters) + ".",
        ".".join(letters[:2]) + ".",
        "".join(letters),
        f"{random.choice(['Mr', 'Mrs', 'Herr', 'Frau', 'M.', 'Mme', 'Dr.'])} {last}",
    )
    return written[int(random.integers(len(written)))]


def make_capitals(random: np.random.Generator) -> str:
    """A word or a name in capitals."""
    kind = random.choice(["word", "word", "town", "last", "first"])
    return pick_form(str(kind), random).upper()


def make_code(random: np.random.Generator) -> str:
    """What a card or a plate says: `B-XY 123`, `DE89 3704 0044`, `AB123456C`, `K7-4TX`."""
    letters = "".join(random.choice(list(UPPERCASE), 6))
    digits = "".join(map(str, random.integers(0, 10, 12)))
    written = (
        f"{letters[:2]}-{letters[2:4]} {digits[:3]}",
        f"{letters[:2]}{digits[:2]} {digits[2:6]} {digits[6:10]}",
        f"{letters[:2]}{digits[:6]}{letters[2]}",
        f"{letters[0]}{digits[0]}-{digits[1]}{letters[1:3]}",
        f"{letters[:3]}/{digits[:4]}",
        f"#{digits[:5]}",
    )
    return written[int(random.integers(len(written)))]


def make_note(random: np.random.Generator) -> str:
    """A short remark, in quotation marks or brackets now and then."""
    note = pick_form("note", random)
    pairs = (("(", ")"), ('"', '"'), ("« ", " »"), ("[", "]"), ("*", ""), ("", "!"), ("", " ?"), ("", ":"), ("~", ""))
    before, after = pairs[int(random.integers(len(pairs)))] if random.random() < 0.4 else ("", "")
    return f"{before}{note}{after}"


def make_character(random: np.random.Generator) -> str:
    """A single character, as a box of a form holds it: a digit or letter mostly, else any sign of the alphabet."""
    return str(random.choice(list(GLYPHS if random.random() < 0.6 else WESTERN.replace(" ", ""))))


KINDS: Mapping[str, tuple[float, Make]] = {
    "date": (0.15, make_date),
    "time": (0.08, make_time),
    "amount": (0.14, make_amount),
    "share": (0.05, make_share),
    "telephone": (0.08, make_telephone),
    "number": (0.11, make_number),
    "place": (0.1, make_place),
    "electronic": (0.08, make_electronic),
    "name": (0.07, make_name),
    "capitals": (0.05, make_capitals),
    "code": (0.03, make_code),
    "note": (0.03, make_note),
    "character": (0.03, make_character),
}
"""The kinds of entries: how often each is made, and by what."""

Entry = tuple[str, str]
"""A kind and a text of it."""


def make_entries(count: int, seed: int, characters: str = WESTERN, kinds: Sequence[str] = tuple(KINDS)) -> list[Entry]:
    """Make `count` entries of these kinds that `characters` can spell; the same seed gives the same entries."""
    random = np.random.default_rng(seed)
    weights = np.array([KINDS[kind][0] for kind in kinds])
    entries: list[Entry] = []
    while len(entries) < count:
        kind = str(random.choice(kinds, p=weights / weights.sum()))
        text = normalise(KINDS[kind][1](random))
        if text and set(text) <= set(characters):
            entries.append((kind, text))
    return entries


def is_figures(text: str) -> bool:
    """Whether a text is digits alone, which forms often want one by one."""
    return len(text) > 1 and set(text) <= set(DIGITS)


def _plain(name: str) -> str:
    """A name as addresses spell it."""
    return name.lower().translate(_FOLDED).replace("-", "")
