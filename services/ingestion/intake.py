"""Taking in a data set: every picture is decoded once, exact copies are counted, what cannot be read is named."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from longhand.contracts.datasets import UnreadableFile
from longhand.datasets.sample import Sample
from longhand.handwriting.errors import PictureError
from longhand.handwriting.images import decode
from longhand.samples.blobs import Blobs
from longhand.samples.versions import Line
from services.ingestion.errors import NothingToRead, UnreadableFiles

NAMED = 20
MAGIC = {b"\x89PNG": ".png", b"\xff\xd8": ".jpg", b"RIFF": ".webp", b"GIF8": ".gif", b"BM": ".bmp"}
MAGIC |= {b"II*\0": ".tif", b"MM\0*": ".tif"}
Report = Callable[[Mapping[str, int]], None]


@dataclass
class Intake:
    """What has been taken in so far."""

    blobs: Blobs
    lines: dict[str, Line] = field(default_factory=dict)
    duplicates: int = 0
    unreadable: list[UnreadableFile] = field(default_factory=list)

    def take(self, sample: Sample) -> None:
        """Keep a sample's picture, unless it is a copy of one before it or cannot be read."""
        if sample.split == "duplicate":
            self.duplicates += 1
            return
        try:
            content = sample.read()
            decode(content)
        except (OSError, PictureError) as error:
            self.unreadable.append(UnreadableFile(file=f"{sample.set}/{sample.name}", reason=_reason(error)))
            return
        key = self.blobs.put(content, durable=False)
        if key in self.lines:
            self.duplicates += 1
            return
        self.lines[key] = _line(key, sample, content)

    def progress(self) -> dict[str, int]:
        """How far it is."""
        return {"pictures": len(self.lines), "duplicates": self.duplicates, "unreadable": len(self.unreadable)}


def take_in(samples: Iterable[Sample], blobs: Blobs, refuse: bool, report: Report, every_s: float = 0.5) -> Intake:
    """Take in all samples; raises NothingToRead, and UnreadableFiles where unreadable ones are to be refused."""
    intake, reported = Intake(blobs), time.monotonic()
    for sample in samples:
        intake.take(sample)
        if time.monotonic() - reported >= every_s:
            report(intake.progress())
            reported = time.monotonic()
    report(intake.progress())
    if intake.unreadable and refuse:
        raise UnreadableFiles(f"{_count(intake.unreadable)} cannot be read: {_name(intake.unreadable)}.")
    if not intake.lines:
        raise NothingToRead(f"There is no picture that can be read. {_name(intake.unreadable)}".strip())
    return intake


def _line(key: str, sample: Sample, content: bytes) -> Line:
    suffix = next((suffix for magic, suffix in MAGIC.items() if content.startswith(magic)), ".img")
    return Line(key, sample.text, sample.group, sample.split, sample.set, sample.name, suffix)


def _reason(error: Exception) -> str:
    return (error.strerror or type(error).__name__) if isinstance(error, OSError) else str(error)


def _count(files: list[UnreadableFile]) -> str:
    return "1 file" if len(files) == 1 else f"{len(files)} files"


def _name(files: list[UnreadableFile]) -> str:
    named = "; ".join(f"{entry.file} ({entry.reason.rstrip('.')})" for entry in files[:NAMED])
    return named + (f"; and {len(files) - NAMED} more" if len(files) > NAMED else "")
