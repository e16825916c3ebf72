"""Where a file lies that another file names, as it was named on this machine or another one."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath


@dataclass(frozen=True)
class Places:
    """The files below a folder, by the names that people and other systems give them.

    Folders are listed once: a `Places` is for one pass over a data set.
    """

    folder: Path
    _listed: dict[PurePosixPath, Mapping[str, str]] = field(default_factory=dict, repr=False, compare=False)

    def find(self, named: str) -> str | None:
        """A file's path relative to the folder, as the disk spells it; None where there is none.

        Names are compared in NFC, without regard to case where no other file is spelled so. `\\` divides folders where
        no file is called so. Of a path that begins at another machine's root, what lies below the folder counts.
        """
        if (self.folder / named).is_file():
            return named
        return next((found for parts in _readings(named) if (found := self._spell(parts))), None)

    def _spell(self, parts: tuple[str, ...]) -> str | None:
        place = PurePosixPath()
        for part in parts:
            spelled = self._list(place).get(_fold(part))
            if not spelled:
                return None
            place /= spelled
        return place.as_posix() if (self.folder / place).is_file() else None

    def _list(self, place: PurePosixPath) -> Mapping[str, str]:
        """Folded name → name of what lies in a folder; the empty name where several are folded alike."""
        if place not in self._listed:
            names: dict[str, str] = {}
            folder = self.folder / place
            for path in folder.iterdir() if folder.is_dir() else ():
                names[_fold(path.name)] = "" if _fold(path.name) in names else path.name
            self._listed[place] = names
        return self._listed[place]


def spell(named: str) -> str:
    """The form in which names are kept and compared: NFC, with `/` between folders."""
    return unicodedata.normalize("NFC", named).replace("\\", "/")


def _fold(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _readings(named: str) -> Iterator[tuple[str, ...]]:
    """The parts of a path below the folder, as it may be meant; none that leads outside."""
    windows = PureWindowsPath(named)
    parts = tuple(part for part in windows.parts if part != windows.anchor)
    if not parts or ".." in parts:
        return
    yield from (parts[n:] for n in range(len(parts) if windows.anchor else 1))
