"""The five fields of a crontab (crontab(5)): minute, hour, day of the month, month, weekday."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Self

_RANGES = {"minute": (0, 59), "hour": (0, 23), "day": (1, 31), "month": (1, 12), "weekday": (0, 7)}
_PART = re.compile(r"(?:\*|(\d+)(?:-(\d+))?)(?:/(\d+))?")


@dataclass(frozen=True)
class Crontab:
    """Which minutes are due; where both day and weekday are limited, one of them is enough, as in crontab(5)."""

    minute: frozenset[int]
    hour: frozenset[int]
    day: frozenset[int]
    month: frozenset[int]
    weekday: frozenset[int]
    either: bool

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads lists, ranges and steps of numbers, as `*/15 2,4 * 1-3 0`; a ValueError for anything else."""
        fields = text.split()
        if len(fields) != 5:
            raise ValueError(f"{text!r} is no crontab: it needs minute, hour, day, month and weekday")
        values = {name: _read(name, field) for name, field in zip(_RANGES, fields, strict=True)}
        values["weekday"] = frozenset(day % 7 for day in values["weekday"])
        return cls(**values, either=not (fields[2].startswith("*") or fields[4].startswith("*")))

    def matches(self, moment: datetime) -> bool:
        """Whether the minute of this moment is due."""
        day, weekday = moment.day in self.day, moment.isoweekday() % 7 in self.weekday
        date = (day or weekday) if self.either else (day and weekday)
        return date and moment.minute in self.minute and moment.hour in self.hour and moment.month in self.month


def _read(name: str, field: str) -> frozenset[int]:
    found: set[int] = set()
    for part in field.split(","):
        found.update(_expand(name, part))
    return frozenset(found)


def _expand(name: str, part: str) -> range:
    lowest, highest = _RANGES[name]
    match = _PART.fullmatch(part)
    if match is None:
        raise ValueError(f"{part!r} is no {name} of a crontab")
    first, last, step = match.groups()
    start = int(first) if first else lowest
    end = int(last) if last else start if first and not step else highest
    if not lowest <= start <= end <= highest or step == "0":
        raise ValueError(f"{part!r} is no {name} of a crontab: it lies between {lowest} and {highest}")
    return range(start, end + 1, int(step or 1))
