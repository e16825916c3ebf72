"""Pictures from files, read in this process."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import typer

from longhand.bundles.card import Card
from longhand.bundles.errors import BundleError
from longhand.bundles.files import is_bundle
from longhand.contracts.readings import Task
from longhand.datasets.hidden import PICTURES, find_files
from longhand.errors import LonghandError
from longhand.handwriting.images import Picture, decode
from longhand.handwriting.notices import SENTENCES
from longhand.handwriting.terms import ANY, Terms
from longhand.handwriting.transcription import Transcription
from longhand.tasks import Effort, rank


class Recogniser(Protocol):
    """A bundle in memory."""

    card: Card

    def read(self, pictures: Sequence[Picture], terms: Terms = ANY) -> list[Transcription]: ...


def shipped(task: Task, effort: Effort, bundles: Path) -> Path:
    """The folder of the bundle that is shipped for a task and an effort. Where there is none, says on stderr which one
    stands in; raises BundleError where none does."""
    first, *others = folders = [bundles / entry.model for entry in rank(task, effort)]
    if is_bundle(first):
        return first
    for folder in filter(is_bundle, others):
        typer.echo(f"There is no bundle in {first}: the one in {folder} reads in its place.", err=True)
        return folder
    raise BundleError(f"There is no bundle in {folders[-1]}. Name one with --model, or set LONGHAND_BUNDLES.")


def find_pictures(paths: Iterable[Path]) -> Iterator[Path]:
    """The files as named, and every picture below the folders, in the order of their names; see datasets/hidden.py for
    what is passed over."""
    for path in paths:
        if path.is_dir():
            yield from (file for file in find_files(path) if file.suffix.lower() in PICTURES)
        else:
            yield path


def read_all(paths: Iterable[Path], recogniser: Recogniser, terms: Terms, as_json: bool) -> bool:
    """Prints a line for each picture, or on stderr why it cannot be read; returns whether one could not."""
    failed, effort = False, recogniser.card.entry.effort
    for path in paths:
        try:
            line = show(path, read_picture(path, recogniser, terms), effort, as_json)
        except (LonghandError, OSError) as error:
            typer.echo(f"{path}: {error}", err=True)
            failed = True
        else:
            typer.echo(line)  # not above: a closed pipe is an OSError too, and ends the program
    return failed


def read_picture(path: Path, recogniser: Recogniser, terms: Terms = ANY) -> Transcription:
    """The reading of a picture file; raises OSError, PictureError or UnknownCharset."""
    return recogniser.read([decode(path.read_bytes())], terms)[0]


def show(path: Path, found: Transcription, effort: Effort, as_json: bool) -> str:
    """A line for a person, or for a program; `effort` is that of the model."""
    decision = "accept" if found.accepted else "review"
    if not as_json:
        codes = f"\t{','.join(found.notices)}" if found.notices else ""
        return f"{path}\t{found.text}\t{found.confidence:.2f}\t{decision}{codes}"
    alternatives = [{"text": text, "confidence": round(value, 4)} for text, value in found.alternatives]
    answer: dict[str, object] = {
        "file": str(path),
        "text": found.text,
        "confidence": round(found.confidence, 4),
        "decision": decision,
        "effort": effort.value,
    }
    if found.match:
        answer["lexicon"] = {"matched": found.match.entry is not None, "margin": round(found.match.margin, 4)}
    notices = [{"code": one.value, "detail": SENTENCES[one]} for one in found.notices]
    return json.dumps({**answer, "alternatives": alternatives, "notices": notices}, ensure_ascii=False)
