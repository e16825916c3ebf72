"""Pictures of the gate set that a decision names, fetched or drawn again for whoever looks at the decision."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

from longhand.contracts.pictures import media_type
from longhand.handwriting.errors import PictureError
from services.training.errors import NotNamed, PictureMissing
from services.training.gate.records import Gates

if TYPE_CHECKING:
    from services.training.gate.material import GatePicture, GateSet

KEPT = 8
"""So many sets stay listed: those of one model."""


class Pictures:
    """Shows what the decision in question names, and nothing else: an id is looked up, never made a path of."""

    def __init__(self, gates: Gates, open_set: "Callable[[str, Sequence[str]], GateSet] | None" = None) -> None:
        self._gates, self._open_set = gates, open_set
        self._list, self._alone = lru_cache(KEPT)(self._list_set), Lock()

    def draw(self, model: str, version: int, id: str) -> bytes:
        """A picture that the newest decision on a version names, as PNG.

        Raises NotDecided, NotNamed and PictureMissing.
        """
        changed = self._gates.get(model, version).changed
        if not any(one.id == id and one.source == "gate set" for one in changed):
            raise NotNamed(f"The decision on version {version} of {model} names no picture {id} of the gate set.")
        try:
            return _to_png(self._find(model, id).read())
        except (KeyError, OSError, PictureError) as error:
            raise PictureMissing(
                f"The picture {id} is not at hand any more. Put its data set back into the folder that"
                " LONGHAND_DATASETS names, as it was for the decision."
            ) from error

    def _find(self, model: str, id: str) -> "GatePicture":
        with self._alone:  # pages ask for many pictures of a set at once, and to list it takes long
            try:
                return self._list(model, id.partition("/")[0])[id]
            except KeyError:
                self._list.cache_clear()  # the set may come back
                raise

    def _list_set(self, model: str, name: str) -> "Mapping[str, GatePicture]":
        # Only who looks at pictures needs OpenCV.
        from services.training.gate.material import open_gate_set

        return {one.id: one for one in (self._open_set or open_gate_set)(model, [name]).pictures()}


def _to_png(content: bytes) -> bytes:
    from longhand.datasets.png import encode_png
    from longhand.handwriting.images import decode

    return content if media_type(content) == "image/png" else encode_png(decode(content).colour)
