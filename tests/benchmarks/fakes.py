"""Engines that need no installation, in child processes as real ones are: `python -m tests.benchmarks.fakes`."""

import os
import sys
from collections.abc import Sequence
from typing import Any

from benchmarks.child import open_engine, serve
from benchmarks.engines.base import EFFORTS, Engine, EngineMissing, Reading
from benchmarks.engines.pixels import decode


class SaysAlways:
    """Reads the same text in every picture, so that one picture in so many is read right."""

    version = "1.0"

    def __init__(self, text: str) -> None:
        self._text = text

    def read(self, pictures: Sequence[bytes]) -> list[Reading]:
        """See Engine."""
        return [Reading(self._text, 0.5) for _ in pictures]


class WantsCrops(SaysAlways):
    """Reads nothing in a picture with a margin above and below the writing."""

    def read(self, pictures: Sequence[bytes]) -> list[Reading]:
        """See Engine."""
        heights = [decode(data).shape[0] for data in pictures]
        return [Reading(self._text if height < 40 else "", 0.5) for height in heights]


class FailsOnLines(SaysAlways):
    """Reads characters only."""

    def read(self, pictures: Sequence[bytes]) -> list[Reading]:
        """See Engine; raises ValueError."""
        raise ValueError("this is too long")


def open_fake(name: str, task: dict[str, Any], threads: int, bundles: str) -> Engine:
    """Longhand is itself, RapidOCR a fake, and Tesseract is not there."""
    if name in EFFORTS:
        return open_engine(name, task, threads, bundles)
    if name == "tesseract":
        raise EngineMissing("Tesseract is not installed.")
    if os.path.basename(bundles) == "stops":
        print("out of memory", file=sys.stderr)
        sys.exit(3)
    return FailsOnLines("a") if task["language"] == "fra" else WantsCrops("aaaa")


if __name__ == "__main__":
    serve(sys.stdin, sys.stdout, open_fake)
