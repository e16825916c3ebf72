"""A picture goes through the whole platform, while versions change and processes die."""

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from longhand.registry.registry import Registry
from tests.bundles import stroke_counter
from tests.platform import RunningPlatform
from tests.prediction.pictures import word

pytestmark = pytest.mark.timeout(400)  # the first of them starts the platform
STROKES = 4
PICTURE = word(20 + 20 * STROKES)


def read(client: httpx.Client, **fields: str) -> httpx.Response:
    return client.post("/predict", files={"file": ("word.png", PICTURE, "image/png")}, data=fields)


def eventually(true: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)


def reads_again(client: httpx.Client) -> bool:
    try:
        return read(client).status_code == 200
    except httpx.TransportError:
        return False


def test_what_is_said_at_the_start_holds_the_address_the_accounts_and_a_reading(platform: RunningPlatform) -> None:
    said = "\n".join(platform.said)
    assert platform.url("gateway") in said and platform.url("mlflow") in said
    assert "user1      1resu" in said
    assert "A first reading" in said and "confidence" in said


def test_a_word_and_a_character_are_read(platform: RunningPlatform) -> None:
    with platform.client() as client:
        text, glyph = read(client).json(), read(client, task="character", charset="digits").json()
    assert text["text"] == text["predicted_text"] == "a" * STROKES
    assert text["model"]["name"] == "text" and text["decision"] == "accept"
    assert [character["text"] for character in text["characters"]] == ["a"] * STROKES
    assert glyph["text"] == "7"


def test_a_word_is_read_with_a_list_that_an_administrator_put(platform: RunningPlatform) -> None:
    entries = ["a" * length for length in (2, STROKES, 7)]
    with platform.client("admin1") as admin:
        made = admin.put("/lexicons/strokes", json={"entries": entries}).raise_for_status().json()
        assert "medicines" in [one["name"] for one in admin.get("/lexicons").json()["items"]]
    with platform.client() as client:
        named, chosen = read(client, lexicon="strokes").json(), read(client, candidates='["aa", "aaa"]').json()
    assert (named["text"], named["lexicon"]["name"]) == ("a" * STROKES, "strokes")
    assert named["lexicon"]["version"] == made["version"] and named["lexicon"]["matched"]
    assert (chosen["text"], chosen["lexicon"]["name"]) == ("aaa", None)


def test_another_version_is_promoted_and_rolled_back_under_load_without_a_failed_request(
    platform: RunningPlatform, tmp_path: Path
) -> None:
    registry = Registry(platform.url("mlflow"))
    first = registry.deployment("text")
    assert first
    version = registry.register("text", stroke_counter(tmp_path / "b", "b"), {"cer": 0.1}, {}, {})
    registry.close()
    seen: list[tuple[int, str, int]] = []
    done = threading.Event()

    def keep_reading() -> None:
        with platform.client() as client:
            while not done.is_set():
                answer = read(client, keep="false")
                body = answer.json()
                seen.append((answer.status_code, body["text"], body["model"]["version"]))

    readers = [threading.Thread(target=keep_reading) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        with platform.client("admin1") as admin:
            eventually(lambda: len(seen) > 10)
            assert admin.post("/models/text/promote", json={"version": version, "reason": "A test."}).is_success
            eventually(lambda: seen[-1][2] == version)
            assert admin.post("/models/text/rollback").is_success
            eventually(lambda: seen[-1][2] == first.champion)
    finally:
        done.set()
        for reader in readers:
            reader.join(30)
    assert set(seen) == {(200, "a" * STROKES, first.champion), (200, "b" * STROKES, version)}


def test_prediction_that_is_killed_comes_back_and_reads(platform: RunningPlatform) -> None:
    before = platform.find("services.prediction")
    assert before
    os.kill(before, signal.SIGKILL)
    eventually(lambda: platform.find("services.prediction") not in (None, before))
    with platform.client() as client:
        eventually(lambda: reads_again(client))
    assert any("prediction ended (killed by signal 9)" in line for line in platform.said)


def test_it_reads_while_mlflow_and_then_prediction_die(platform: RunningPlatform) -> None:
    mlflow = next(pid for pid, line in platform.pids().items() if "mlflow.server" in line)
    prediction = platform.find("services.prediction")
    assert prediction
    os.kill(mlflow, signal.SIGSTOP)
    try:
        os.kill(prediction, signal.SIGKILL)
        eventually(lambda: platform.find("services.prediction") not in (None, prediction))
        with platform.client() as client:
            eventually(lambda: reads_again(client))
    finally:
        os.kill(mlflow, signal.SIGCONT)
