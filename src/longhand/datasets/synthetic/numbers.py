"""Dates, times, amounts and other figures as people write them into forms in English, German and French."""

import numpy as np

from longhand.datasets.synthetic.parts import pick_form

_CURRENCIES = ("€", "€", "€", "$", "$", "£", "£", "EUR", "CHF", "USD", "Fr.")


def make_date(random: np.random.Generator) -> str:
    """A day: `03.04.1985`, `3/4/85`, `2024-04-03`, `3. April 2024`, `April 3, 2024`."""
    day, month, year = int(random.integers(1, 32)), int(random.integers(1, 13)), int(random.integers(1890, 2040))
    kind = random.random()
    if kind < 0.6:
        sign = str(random.choice([".", ".", "/", "/", "-", ". ", " / "]))
        digits = 2 if random.random() < 0.6 else 1
        short = f"{year % 100:02}" if random.random() < 0.4 else str(year)
        return sign.join((f"{day:0{digits}}", f"{month:0{digits}}", short))
    if kind < 0.7:
        return f"{year}-{month:02}-{day:02}"
    name = pick_form("month", random)
    written = (f"{day}. {name} {year}", f"{day} {name} {year}", f"{name} {day}, {year}", f"{name} {day} {year}")
    return written[int(random.integers(4))]


def make_time(random: np.random.Generator) -> str:
    """A time of day: `9:05`, `09.05 Uhr`, `9h30`, `7:45 p.m.`, `8-12 Uhr`, `10:00–11:30`."""
    hour, minute = int(random.integers(24)), 5 * int(random.integers(12))
    half, after = (hour - 1) % 12 + 1, f"{(hour + 1) % 24:02}:{minute:02}"
    written = (
        f"{hour}:{minute:02}",
        f"{hour:02}:{minute:02}",
        f"{hour:02}.{minute:02} Uhr",
        f"{hour}:{minute:02} Uhr",
        f"{hour}h{minute:02}",
        f"{hour} h {minute:02}",
        f"{half}:{minute:02} {random.choice(['am', 'pm', 'a.m.', 'p.m.', 'AM', 'PM'])}",
        f"{hour:02}:{minute:02}–{after}",
        f"{hour}-{hour + 2} Uhr",
        f"{hour:02}:{minute:02}:{int(random.integers(60)):02}",
    )
    return written[int(random.integers(len(written)))]


def make_amount(random: np.random.Generator) -> str:
    """Money: `1.234,50 €`, `$1,234.50`, `£12.99`, `1 234,50 €`, `35,- €`, `CHF 15.–`, `1'200.-`."""
    whole = int(random.integers(1, 10 ** int(random.integers(1, 7))))
    group, point = (
        (".", ","),
        (",", "."),
        (" ", ","),
        ("'", "."),
    )[int(random.integers(4))]
    cents = (f"{int(random.integers(100)):02}", f"{5 * int(random.integers(20)):02}", "-", "–", "")[
        int(random.choice(5, p=[0.5, 0.2, 0.08, 0.07, 0.15]))
    ]
    number = f"{whole:,}".replace(",", group if random.random() < 0.7 else "") + (point + cents if cents else "")
    sign = str(random.choice(_CURRENCIES))
    if sign in "$£":
        return sign + number
    return f"{sign} {number}" if random.random() < 0.3 else f"{number} {sign}"


def make_share(random: np.random.Generator) -> str:
    """A percentage: `12 %`, `3,5 %`, `0.75%`, `+4%`."""
    number = str(int(random.integers(1, 101)))
    if random.random() < 0.4:
        number += str(random.choice([",", "."])) + str(int(random.integers(1, 100)))
    sign = str(random.choice(["", "", "", "+", "-", "~", "ca. "]))
    return f"{sign}{number}{random.choice([' %', '%'])}"


def make_telephone(random: np.random.Generator) -> str:
    """A telephone number: `+49 30 1234567`, `030/123456`, `01 23 45 67 89`, `(555) 123-4567`, `020 7946 0958`."""
    digits = "".join(map(str, random.integers(0, 10, 12)))
    written = (
        f"+49 {digits[:2]}{random.integers(10)} {digits[3:10]}",
        f"0{digits[:2]}/{digits[2 : int(random.integers(7, 10))]}",
        f"0{digits[:3]}-{digits[3:10]}",
        f"0{digits[0]} " + " ".join(digits[i : i + 2] for i in (1, 3, 5, 7)),
        f"+33 {digits[0]} " + " ".join(digits[i : i + 2] for i in (1, 3, 5, 7)),
        f"({digits[:3]}) {digits[3:6]}-{digits[6:10]}",
        f"{digits[:3]}-{digits[3:6]}-{digits[6:10]}",
        f"+44 {digits[:2]} {digits[2:6]} {digits[6:10]}",
        f"01{digits[:2]} {digits[2:9]}",
    )
    return written[int(random.integers(len(written)))]


def make_number(random: np.random.Generator) -> str:
    """A number with what it counts, or which it is: `3rd`, `2e`, `Nr. 7`, `12,5 kg`, `1½ l`, `2 × 3 m`, `10-12`."""
    small, other = int(random.integers(1, 32)), int(random.integers(1, 2000))
    unit = pick_form("unit", random)
    written = (
        _count(small),
        f"{random.choice(['Nr.', 'No.', 'N°', '#', '§', 'S.', 'p.'])} {small}",
        f"{other} {unit}",
        f"{small}{random.choice([',', '.'])}{int(random.integers(10))} {unit}",
        f"{small}½ {unit}",
        f"{small} × {int(random.integers(1, 99))} {random.choice(['m', 'cm', 'mm'])}",
        f"{small}-{small + int(random.integers(1, 9))}",
        str(other),
        "".join(map(str, random.integers(0, 10, int(random.integers(4, 13))))),
        f"{small} {random.choice(['+', '-', '×', '÷'])} {int(random.integers(1, 99))} = {int(random.integers(1, 99))}",
        f"{small}/{int(random.integers(1, 99))}",
    )
    return written[int(random.integers(len(written)))]


def _count(number: int) -> str:
    """An ordinal in English or French."""
    if number % 3 == 0:
        return f"{number}e" if number > 1 else "1er"
    ends = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if number in (11, 12, 13) else ends.get(number % 10, 'th')}"
