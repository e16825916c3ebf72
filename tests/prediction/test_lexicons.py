"""Reading with a lexicon: which ones are at hand, and what is answered where an entry fits or none does."""

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry

from longhand.handwriting.ctc.lexicon import Lexicon
from longhand.handwriting.errors import BadLexicon
from services.prediction.errors import LexiconMismatch, LexiconUnknown
from services.prediction.metrics import ReadingMetrics
from services.prediction.reading.lexicons import Lexicons
from tests.prediction.fakes import FakeRegistry
from tests.prediction.pictures import word
from tests.prediction.test_app import build, running

FITTING, OTHERS = b"text-0\ntext-1", b"text-7\ntext-8"


def digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def shelf(lists: int = 3, entries: int = 10) -> tuple[Lexicons, CollectorRegistry]:
    told = CollectorRegistry()
    return Lexicons(lists, entries, ReadingMetrics(told)), told


def lookups(told: CollectorRegistry) -> tuple[float | None, ...]:
    return tuple(told.get_sample_value("longhand_lexicon_lookups_total", {"result": r}) for r in ("hit", "miss"))


async def send(client: httpx.AsyncClient, entries: bytes | None = None, **fields: str) -> httpx.Response:
    files: dict[str, Any] = {"file": ("p.png", word())} | ({"entries": ("list", entries)} if entries else {})
    return await client.post("/read", files=files, data={"id": "r1", **fields})


def test_a_lexicon_is_unknown_until_its_entries_came() -> None:
    lexicons, told = shelf()
    with pytest.raises(LexiconUnknown):
        lexicons.find(digest(FITTING))
    taken = lexicons.take(FITTING, digest(FITTING))
    assert lexicons.find(digest(FITTING)) is taken and taken.entries == ("text-0", "text-1")
    assert lookups(told) == (1, 1) and told.get_sample_value("longhand_lexicon_entries") == 2


def test_entries_of_another_version_are_refused_and_not_kept() -> None:
    lexicons, _ = shelf()
    for text, version in ((OTHERS, digest(FITTING)), (b"a  b", digest(b"a  b"))):
        with pytest.raises(LexiconMismatch):
            lexicons.take(text, version)
    assert lexicons.size() == 0


@pytest.mark.parametrize("text", [b"", b"a\n\nb", b"a\n" + b"x" * 201, b"\xff"])
def test_entries_that_make_no_lexicon_are_refused(text: bytes) -> None:
    lexicons, _ = shelf()
    with pytest.raises(BadLexicon):
        lexicons.choose(text)


def test_candidates_that_came_before_are_at_hand_however_they_were_written() -> None:
    lexicons, told = shelf()
    first = lexicons.choose(b"Z\xc3\xbcrich\nBern")
    assert lexicons.choose(b"Z\xc3\xbcrich\nBern") is first
    assert lexicons.choose("Zu\u0308rich\nBern\nBern".encode()) is first
    assert first.digest == Lexicon(["Zürich", "Bern"]).digest
    assert lookups(told) == (1, 2)


def test_what_was_not_used_for_longest_makes_room() -> None:
    lexicons, _ = shelf(lists=2)
    kept = [lexicons.choose(name) for name in (b"a", b"b")]
    lexicons.find(kept[0].digest)
    lexicons.choose(b"c")
    assert lexicons.find(kept[0].digest) is kept[0]
    with pytest.raises(LexiconUnknown):
        lexicons.find(kept[1].digest)


def test_entries_are_bounded_together_and_the_last_list_always_stays() -> None:
    lexicons, _ = shelf(entries=3)
    lexicons.choose(b"a\nb")
    lexicons.choose(b"c\nd")
    assert lexicons.size() == 2
    large = lexicons.choose(b"1\n2\n3\n4\n5")
    assert lexicons.size() == 5 and lexicons.find(large.digest) is large


async def test_a_version_is_asked_for_once_and_then_at_hand(tmp_path: Path, keys: Path, registry: FakeRegistry) -> None:
    async with running(build(tmp_path, keys, registry), keys) as client:
        asked = await send(client, lexicon=digest(FITTING))
        sent = await send(client, FITTING, lexicon=digest(FITTING))
        again = await send(client, lexicon=digest(FITTING))
        metrics = (await client.get("/metrics")).text
    assert (asked.status_code, asked.json()["code"]) == (409, "lexicon_unknown")
    for answer in (sent, again):
        assert (answer.json()["text"], answer.json()["decision"]) == ("text-1", "accept")
        assert answer.json()["lexicon"] == {"name": None, "version": digest(FITTING), "matched": True, "margin": 0.5}
    for line in (
        'longhand_lexicon_lookups_total{result="hit"} 1.0',
        'longhand_lexicon_lookups_total{result="miss"} 1.0',
        "longhand_lexicon_entries 2.0",
        'longhand_lexicon_readings_total{matched="yes"} 2.0',
    ):
        assert line in metrics


async def test_none_of_these_is_an_empty_text_to_be_reviewed(
    tmp_path: Path, keys: Path, registry: FakeRegistry
) -> None:
    async with running(build(tmp_path, keys, registry), keys) as client:
        strict = (await send(client, OTHERS)).json()
        free = (await send(client, OTHERS, strict="false")).json()
        without = (await send(client)).json()
    assert (strict["text"], strict["decision"], strict["lexicon"]["matched"]) == ("", "review", False)
    assert (free["text"], free["decision"], free["lexicon"]["matched"]) == ("text-1", "review", False)
    assert without["lexicon"] is None and without["text"] == "text-1"


@pytest.mark.parametrize(
    ("entries", "fields", "code"),
    [
        (OTHERS, {"lexicon": digest(FITTING)}, "lexicon_mismatch"),
        (b"a\n\nb", {}, "bad_lexicon"),
        (b"x" * 201, {}, "bad_lexicon"),
        (None, {"lexicon": "medicines"}, "invalid"),
        (OTHERS, {"task": "character"}, "invalid"),
        (None, {"lexicon": digest(FITTING), "task": "character"}, "invalid"),
    ],
)
async def test_a_lexicon_that_cannot_be_used_says_why(
    tmp_path: Path, keys: Path, registry: FakeRegistry, entries: bytes | None, fields: dict[str, str], code: str
) -> None:
    async with running(build(tmp_path, keys, registry), keys) as client:
        answer = await send(client, entries, **fields)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_pictures_with_different_lexicons_share_a_batch(
    tmp_path: Path, keys: Path, registry: FakeRegistry
) -> None:
    registry.add("text", 1, seconds=0.1)
    async with running(build(tmp_path, keys, registry), keys) as client:
        before = _batches(await client.get("/metrics"))
        lists = [b"text-1\n" + str(number).encode() for number in range(6)] + [OTHERS]
        answers = await asyncio.gather(*(send(client, entries) for entries in lists))
        batches = _batches(await client.get("/metrics")) - before
    assert [answer.json()["text"] for answer in answers] == ["text-1"] * 6 + [""]
    assert len({answer.json()["lexicon"]["version"] for answer in answers}) == 7
    assert batches <= 3


def _batches(answer: httpx.Response) -> float:
    line = next(line for line in answer.text.splitlines() if line.startswith("longhand_batch_size_count"))
    return float(line.split()[1])
