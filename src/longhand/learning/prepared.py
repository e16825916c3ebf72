"""Prepared pictures on disk: what the network sees, ready to be mapped into memory."""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from longhand.learning.errors import NotPrepared

_PIXELS, _INDEX = "pixels.bin", "index.jsonl"


@dataclass(frozen=True)
class Item:
    """One prepared picture: its text and origin, and where its pixels lie, `height` × `width` bytes from `offset`."""

    set: str
    name: str
    text: str
    group: str
    split: str
    height: int
    width: int
    offset: int = 0


class PreparedSet:
    """A folder of prepared pictures; `items` are in the order in which they were written."""

    def __init__(self, folder: Path) -> None:
        if not (folder / _INDEX).exists():
            raise NotPrepared(f"{folder} holds no prepared pictures. Run the prepare stage first.")
        self.folder = folder
        with (folder / _INDEX).open(encoding="utf-8") as file:
            self.items: Sequence[Item] = [Item(**json.loads(line)) for line in file]

    def __getstate__(self) -> dict[str, object]:
        """All but the pixels, which another process maps for itself."""
        return {name: value for name, value in self.__dict__.items() if name != "_memory"}

    @cached_property
    def _memory(self) -> NDArray[np.uint8]:
        return np.memmap(self.folder / _PIXELS, np.uint8, "r")

    def pixels(self, item: Item) -> NDArray[np.uint8]:
        """The pixels of an item, uint8, height × width, read-only."""
        flat = self._memory[item.offset : item.offset + item.height * item.width]
        return flat.reshape(item.height, item.width)

    def select(self, *splits: str) -> list[Item]:
        """The items of some splits, in order."""
        return [item for item in self.items if item.split in splits]

    def without(self, held: Callable[[Item], bool]) -> "PreparedSet":
        """The same pictures less those that are held back, as a version of its own."""
        less = copy(self)
        less.items = [item for item in self.items if not held(item)]
        names = "".join(f"{item.set}/{item.name}\n" for item in less.items)
        less.version = hashlib.sha256(f"{self.version}\n{names}".encode()).hexdigest()
        return less

    @cached_property
    def version(self) -> str:
        """The hash of all pixels and texts: equal for equal data, whatever the machine."""
        digest = hashlib.sha256((self.folder / _INDEX).read_bytes())
        with (self.folder / _PIXELS).open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
        return digest.hexdigest()


def write_prepared(folder: Path, pictures: Iterable[tuple[Item, NDArray[np.uint8]]]) -> int:
    """Write prepared pictures into a new folder and return their number."""
    folder.mkdir(parents=True, exist_ok=True)
    offset = count = 0
    with (folder / _PIXELS).open("wb") as pixels, (folder / _INDEX).open("w", encoding="utf-8") as index:
        for item, picture in pictures:
            placed = asdict(item) | {"offset": offset}
            index.write(json.dumps(placed, ensure_ascii=False) + "\n")
            pixels.write(np.ascontiguousarray(picture).tobytes())
            offset, count = offset + picture.size, count + 1
    return count
