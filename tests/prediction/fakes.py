"""A registry in memory and recognisers that say which version read."""

import json
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from longhand.bundles.errors import BundleError
from longhand.contracts.models import Deployment, PersonalChanges, Standing
from longhand.handwriting.errors import NoInk, UnknownCharset
from longhand.handwriting.images import Picture
from longhand.handwriting.notices import Notice
from longhand.handwriting.preprocessing import Prepared
from longhand.handwriting.terms import ANY, Terms
from longhand.handwriting.transcription import Match, Transcription
from services.prediction.reading.protocols import Logits


@dataclass
class FakeRecogniser:
    """Answers every picture with the version that its bundle names, where a lexicon allows it.

    A batch takes `seconds`.
    """

    says: str
    seconds: float = 0.0
    nonsense: bool = False

    def prepare(self, picture: Picture) -> Prepared:
        if picture.gray.min() > 200:
            raise NoInk("There is no ink on this picture.")
        notices = (Notice.LOW_RESOLUTION,) if picture.height < 20 else ()
        return Prepared(picture.gray, (0, 0, picture.width, picture.height), (1.0, 1.0), notices)

    def logits(self, prepared: Sequence[Prepared]) -> list[Logits]:
        time.sleep(self.seconds)
        return [np.full(2, np.nan if self.nonsense else one.width, np.float32) for one in prepared]

    def interpret(self, logits: Logits, prepared: Prepared, terms: Terms = ANY) -> Transcription:
        if terms.charset == "uppercase":
            raise UnknownCharset("This model does not offer the charset 'uppercase'.")
        confidence = 0.9 if logits[0] == prepared.width else float(logits[0])
        if terms.lexicon is None:
            others = ((self.says + "?", 0.1),)
            return Transcription(self.says, confidence, True, others, notices=prepared.notices)
        fits = self.says in terms.lexicon.entries
        match = Match(self.says if fits else None, 1 / len(terms.lexicon.entries))
        return Transcription(self.says if fits or not terms.strict else "", confidence, fits, match=match)


def load(bundle: Path, threads: int = 0) -> FakeRecogniser:
    """A recogniser from the fake's bundle; a card that says so is broken."""
    card = json.loads((bundle / "card.json").read_text())
    if card.get("broken"):
        raise BundleError("The bundle is corrupt.")
    return FakeRecogniser(card["says"], card.get("seconds", 0.0), card.get("nonsense", False))


@dataclass
class FakeRegistry:
    """Keeps records and bundles in memory; while `away`, every call fails as a refused connection does."""

    records: dict[str, Deployment] = field(default_factory=dict)
    cards: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    away: bool = False
    downloads: list[tuple[str, int]] = field(default_factory=list)
    changes: dict[str, list[tuple[str, int | None]]] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)

    def add(self, name: str, version: int, **card: Any) -> None:
        self.cards[name, version] = {"says": f"{name}-{version}", **card}

    def deploy(self, name: str, champion: int, **more: Any) -> None:
        before = self.records.get(name)
        self.records[name] = Deployment(epoch=before.epoch + 1 if before else 1, champion=champion, **more)

    def assign(self, name: str, user: str, version: int | None) -> None:
        self.changes.setdefault(name, []).append((user, version))

    def standing(self, name: str) -> Standing:
        self._answer()
        return Standing(deployment=self.records.get(name), cursor=len(self.changes.get(name, [])))

    def personal(self, name: str, since: int) -> PersonalChanges:
        self._answer()
        changes = self.changes.get(name, [])
        self.asked.append(since)
        return PersonalChanges(cursor=len(changes), versions=dict(changes[since:]))

    def download(self, name: str, version: int, to: Path) -> Path:
        self._answer()
        if (name, version) not in self.cards:
            raise BundleError(f"There is no version {version} of {name}.")
        self.downloads.append((name, version))
        to.mkdir(parents=True)
        (to / "card.json").write_text(json.dumps(self.cards[name, version]))
        (to / "model.onnx").write_bytes(b"weights of " + str(version).encode())
        return to

    def _answer(self) -> None:
        if self.away:
            raise ConnectionRefusedError("connection refused")


@dataclass
class FolderRegistry:
    """Keeps records in memory and bundles in folders."""

    records: dict[str, Deployment] = field(default_factory=dict)
    bundles: dict[tuple[str, int], Path] = field(default_factory=dict)

    def add(self, name: str, version: int, bundle: Path) -> None:
        self.bundles[name, version] = bundle

    def deploy(self, name: str, champion: int) -> None:
        before = self.records.get(name)
        self.records[name] = Deployment(epoch=before.epoch + 1 if before else 1, champion=champion)

    def standing(self, name: str) -> Standing:
        return Standing(deployment=self.records.get(name))

    def personal(self, name: str, since: int) -> PersonalChanges:
        return PersonalChanges(cursor=since)

    def download(self, name: str, version: int, to: Path) -> Path:
        return Path(shutil.copytree(self.bundles[name, version], to))
