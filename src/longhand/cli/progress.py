"""How far a fetch is: a bar in a terminal, a line per file elsewhere."""

from dataclasses import dataclass
from typing import TextIO

_WIDTH = 30


@dataclass
class Progress:
    """Writes a bar that grows, each time a percent is done."""

    stream: TextIO
    _shown: tuple[str, int] = ("", -1)

    def __call__(self, name: str, done: int, total: int) -> None:
        """`done` of `total` bytes of a file are there; 0 where the total is not known."""
        percent = 100 * done // total if total else 0
        if (name, percent) == self._shown:
            return
        self._shown = name, percent
        if self.stream.isatty():
            bar = "█" * (percent * _WIDTH // 100)
            end = "\n" if percent == 100 else ""
            self.stream.write(f"\r{name}  {bar:<{_WIDTH}}  {percent:3} % of {total / 2**20:,.1f} MB{end}")
        elif percent == 100:
            self.stream.write(f"{name}  {total / 2**20:,.1f} MB\n")
        self.stream.flush()
