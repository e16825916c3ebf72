"""Reading with a person's vocabulary: which ones are at hand, and what is refused."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry

from longhand.handwriting.ctc.vocabulary import Vocabulary
from longhand.handwriting.errors import BadVocabulary
from services.prediction.errors import VocabularyMismatch, VocabularyUnknown
from services.prediction.metrics import ReadingMetrics
from services.prediction.reading.vocabularies import Vocabularies
from tests.prediction.fakes import FakeRegistry
from tests.prediction.pictures import word
from tests.prediction.test_app import build, running

KNOWN = Vocabulary({"Müller": 2, "Genf": 1})


async def send(client: httpx.AsyncClient, words: bytes | None = None, **fields: str) -> httpx.Response:
    files: dict[str, Any] = {"file": ("p.png", word())} | ({"words": ("words", words)} if words else {})
    return await client.post("/read", files=files, data={"id": "r1", **fields})


def test_what_was_not_used_for_longest_makes_room_for_other_words() -> None:
    metrics = CollectorRegistry()
    kept = Vocabularies(3, ReadingMetrics(metrics))
    for one in (KNOWN, Vocabulary({"Bern": 1}), Vocabulary({"Chur": 1})):
        kept.take(one.text.encode(), one.digest)
    assert metrics.get_sample_value("longhand_vocabulary_words") == 2
    with pytest.raises(VocabularyUnknown):
        kept.find(KNOWN.digest)


def test_words_of_another_digest_and_what_is_no_vocabulary_are_refused() -> None:
    kept = Vocabularies(3, ReadingMetrics(CollectorRegistry()))
    with pytest.raises(VocabularyMismatch):
        kept.take(b"1\tBern", KNOWN.digest)
    for text in (b"Bern", b"\xff\tBern"):
        with pytest.raises(BadVocabulary):
            kept.take(text, KNOWN.digest)


async def test_a_vocabulary_is_asked_for_once_and_then_at_hand(
    tmp_path: Path, keys: Path, registry: FakeRegistry
) -> None:
    async with running(build(tmp_path, keys, registry), keys) as client:
        asked = await send(client, vocabulary=KNOWN.digest)
        sent = await send(client, KNOWN.text.encode(), vocabulary=KNOWN.digest)
        again = await send(client, vocabulary=KNOWN.digest)
        none = await send(client)
        metrics = (await client.get("/metrics")).text
    assert (asked.status_code, asked.json()["code"]) == (409, "vocabulary_unknown")
    assert [one.json()["vocabulary"] for one in (sent, again, none)] == [KNOWN.digest, KNOWN.digest, None]
    for line in (
        'longhand_vocabulary_lookups_total{result="hit"} 1.0',
        'longhand_vocabulary_lookups_total{result="miss"} 1.0',
        "longhand_vocabulary_words 2.0",
        'longhand_vocabulary_readings_total{recalled="no"} 2.0',
    ):
        assert line in metrics
