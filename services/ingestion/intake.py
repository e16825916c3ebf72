"""Taking in a data set: every picture is decoded once, exact copies are counted, what cannot be read is named."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from longhand.contracts.datasets import UnreadableFile
from longhand.contracts.pictures import SUFFIXES, media_type
from longhand.datasets.conflicts import agree, explain
from longhand.datasets.sample import Sample
from longhand.handwriting.errors import PictureError
from longhand.handwriting.images import decode
from longhand.samples.blobs import Blobs
from longhand.samples.versions import Line
from services.ingestion.errors import NothingToRead, UnreadableFiles

NAMED, LOGGED = 20, 1000
UNREADABLE, TWO_TEXTS = "unreadable_file", "two_texts"
Report = Callable[[Mapping[str, int]], None]


@dataclass
class Intake:
    """What has been taken in so far."""

    blobs: Blobs
    lines: dict[str, Line] = field(default_factory=dict)
    duplicates: int = 0
    unreadable: list[UnreadableFile] = field(default_factory=list)
    conflicts: dict[str, Line] = field(default_factory=dict)
    """The pictures that came with two texts, as they came first; all of them are named as unreadable."""

    def take(self, sample: Sample) -> None:
        """Keep a sample's picture, unless it cannot be read, is a copy of one before it, or had another text there."""
        if sample.split == "duplicate":
            self.duplicates += 1
            return
        try:
            content = sample.read()
            decode(content)
        except (OSError, PictureError) as error:
            self._refuse(sample, _reason(error), error.code if isinstance(error, PictureError) else UNREADABLE)
            return
        key = self.blobs.put(content, durable=False)
        first = self.lines.get(key) or self.conflicts.get(key)
        if first is None:
            self.lines[key] = _line(key, sample, content)
        elif key in self.conflicts or not agree(first.text, sample.text):
            self._object(key, first, sample)
        else:
            self.duplicates += 1

    def _object(self, key: str, first: Line, sample: Sample) -> None:
        """Refuse a picture that came first with another text, and the first one too, once."""
        if self.lines.pop(key, None):
            self.conflicts[key] = first
            self._refuse(first, explain(sample.name, sample.text), TWO_TEXTS)
        self._refuse(sample, explain(first.name, first.text), TWO_TEXTS)

    def _refuse(self, named: Sample | Line, reason: str, code: str) -> None:
        file = UnreadableFile(file=f"{named.set}/{named.name}", reason=reason, code=code)
        self.unreadable.append(file)
        if len(self.unreadable) <= LOGGED:
            print(f"left out: {file.file}: {file.reason}", flush=True)
        elif len(self.unreadable) == LOGGED + 1:
            print(f"left out: more than {LOGGED} files, which are not named here any more", flush=True)

    def progress(self) -> dict[str, int]:
        """How far it is."""
        return {"pictures": len(self.lines), "duplicates": self.duplicates, "unreadable": len(self.unreadable)}

    def say(self) -> None:
        """Print how far it is into the job's log."""
        print(", ".join(f"{count} {name}" for name, count in self.progress().items()), flush=True)


def take_in(samples: Iterable[Sample], blobs: Blobs, refuse: bool, report: Report, every_s: float = 0.5) -> Intake:
    """Take in all samples; raises NothingToRead, and UnreadableFiles where unreadable ones are to be refused."""
    intake, reported, said = Intake(blobs), time.monotonic(), time.monotonic()
    for sample in samples:
        intake.take(sample)
        if (moment := time.monotonic()) - reported >= every_s:
            report(intake.progress())
            reported = moment
        if moment - said >= 10 * every_s:
            intake.say()
            said = moment
    report(intake.progress())
    intake.say()
    if intake.unreadable and refuse:
        raise UnreadableFiles(f"{_count(intake.unreadable)} cannot be read: {_name(intake.unreadable)}.")
    if not intake.lines:
        raise NothingToRead(f"There is no picture that can be read. {_name(intake.unreadable)}".strip())
    return intake


def _line(key: str, sample: Sample, content: bytes) -> Line:
    suffix = SUFFIXES.get(media_type(content), ".img")
    return Line(key, sample.text, sample.group, sample.split, sample.set, sample.name, suffix)


def _reason(error: Exception) -> str:
    return (error.strerror or str(error) or type(error).__name__) if isinstance(error, OSError) else str(error)


def _count(files: list[UnreadableFile]) -> str:
    return "1 file" if len(files) == 1 else f"{len(files)} files"


def _name(files: list[UnreadableFile]) -> str:
    named = "; ".join(f"{entry.file} ({entry.reason.rstrip('.')})" for entry in files[:NAMED])
    return named + (f"; and {len(files) - NAMED} more" if len(files) > NAMED else "")
