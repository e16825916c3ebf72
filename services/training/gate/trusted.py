"""Corrections that count for everybody, as far as the gate may see them: the half that no training reads."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from longhand.samples.gathering import Correction
from services.training.gate.material import GatePicture

Trusted = Callable[[], Sequence[Correction]]
"""Gives the trusted corrections of the gate's side that stand now."""


def take_corrections(standing: Iterable[Correction], task: str, read: Callable[[str], bytes]) -> Iterator[GatePicture]:
    """The corrected pictures of a task with their true texts; `read` gives the bytes of a picture by its SHA-256.

    Answers without a text say nothing of how well a model reads. Writers and documents are names that people give, so
    they are theirs alone: two people may well have a `letter 1`.
    """
    for one in standing:
        if one.task == task and one.text:
            yield GatePicture(one.reading, _name_group(one), one.text, partial(read, one.picture))


def _name_group(one: Correction) -> str:
    if one.writer:
        return f"writer {one.by}/{one.writer}"
    if one.document:
        return f"document {one.by}/{one.document}"
    return f"picture {one.picture}"
