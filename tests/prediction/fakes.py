"""A registry in memory and recognisers that say which version read."""

import json
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from longhand.bundles.adapter import Adapter, Halves
from longhand.bundles.errors import BundleError
from longhand.contracts.models import Deployment, PersonalChanges, Standing
from longhand.handwriting.errors import NoInk, UnknownCharset
from longhand.handwriting.images import Picture
from longhand.handwriting.notices import Notice
from longhand.handwriting.preprocessing import Prepared
from longhand.handwriting.terms import ANY, Terms
from longhand.handwriting.transcription import Match, Transcription
from longhand.inference.base import Answer, Logits
from longhand.registry.errors import NotRegistered


@dataclass
class FakeRecogniser:
    """Answers every picture with the version that its bundle names, where a lexicon allows it.

    A batch takes `seconds`. It `refuses` pictures that are higher than those of the warm-up, or `breaks` on them.
    """

    says: str
    seconds: float = 0.0
    nonsense: bool = False
    refuses: bool = False
    breaks: bool = False

    def prepare(self, picture: Picture) -> Prepared:
        higher = picture.height > 48
        if self.breaks and higher:
            raise ZeroDivisionError
        if (self.refuses and higher) or picture.gray.min() > 200:
            raise NoInk("There is no ink on this picture.")
        notices = (Notice.LOW_RESOLUTION,) if picture.height < 20 else ()
        return Prepared(picture.gray, (0, 0, picture.width, picture.height), (1.0, 1.0), notices)

    def answer(self, prepared: Sequence[Prepared], shifts: Sequence[Halves] = ()) -> list[Answer]:
        time.sleep(self.seconds)
        answers = [np.full(2, np.nan if self.nonsense else one.width, np.float32) for one in prepared]
        return [Answer(one, one) for one in answers]

    def takes(self, adapter: Adapter) -> bool:
        return adapter.network == self.says

    def interpret(self, logits: Logits, prepared: Prepared, terms: Terms = ANY) -> Transcription:
        if terms.charset == "uppercase":
            raise UnknownCharset("This model does not offer the charset 'uppercase'.")
        adapted = prepared.width < logits[0] < prepared.width + 1
        if adapted:  # by an adapter whose bias is a half
            return Transcription(f"{self.says}, adapted", 0.9, True)
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
    options = {name: card[name] for name in ("seconds", "nonsense", "refuses", "breaks") if name in card}
    return FakeRecogniser(card["says"], **options)


@dataclass
class FakeRegistry:
    """Keeps records and bundles in memory; while `away`, every call fails as a refused connection does."""

    records: dict[str, Deployment] = field(default_factory=dict)
    cards: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    away: bool = False
    damaged: set[str] = field(default_factory=set)
    downloads: list[tuple[str, int]] = field(default_factory=list)
    changes: dict[str, list[tuple[str, int | None, str | None]]] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)
    adapters: dict[str, bytes] = field(default_factory=dict)

    def add(self, name: str, version: int, **card: Any) -> None:
        self.cards[name, version] = {"says": f"{name}-{version}", **card}

    def deploy(self, name: str, champion: int, **more: Any) -> None:
        before = self.records.get(name)
        self.records[name] = Deployment(epoch=before.epoch + 1 if before else 1, champion=champion, **more)

    def assign(self, name: str, user: str, version: int | None, adapter: Adapter | None = None) -> None:
        if adapter:
            self.adapters[adapter.digest] = adapter.pack()
        self.changes.setdefault(name, []).append((user, version, adapter.digest if adapter else None))

    def standings(self) -> dict[str, Standing | None]:
        self._answer()
        found: dict[str, Standing | None] = {
            name: Standing(deployment=self.records.get(name), cursor=len(self.changes.get(name, [])))
            for name in {*self.records, *self.changes}
        }
        return found | dict.fromkeys(self.damaged)

    def personal(self, name: str, since: int) -> PersonalChanges:
        self._answer()
        changes = self.changes.get(name, [])
        self.asked.append(since)
        last = {user: (version, adapter) for user, version, adapter in changes[since:]}
        return PersonalChanges(
            cursor=len(changes),
            versions={user: version for user, (version, _) in last.items()},
            adapters={user: adapter for user, (_, adapter) in last.items() if adapter},
        )

    def adapter(self, name: str, digest: str) -> bytes:
        self._answer()
        return self.adapters[digest]

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

    def standings(self) -> dict[str, Standing | None]:
        return {name: Standing(deployment=record) for name, record in self.records.items()}

    def personal(self, name: str, since: int) -> PersonalChanges:
        return PersonalChanges(cursor=since)

    def adapter(self, name: str, digest: str) -> bytes:
        raise NotRegistered(f"Nobody has an adapter {digest}.")

    def download(self, name: str, version: int, to: Path) -> Path:
        return Path(shutil.copytree(self.bundles[name, version], to))
