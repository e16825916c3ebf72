"""Somebody corrects hundreds of readings wrongly: nobody else is read otherwise, and the champion stays."""

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpx
import pytest

from longhand.contracts.learning import OPEN
from longhand.datasets.catalogue import load
from tests.platform import RunningPlatform, running_platform
from tests.prediction.pictures import word
from tests.proof import Proof
from tests.real import data_sets

TRUSTED_AFTER = 14
"""So many corrections with which a reviewer agreed are enough for a user to be trusted."""

WRONG = 300
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def read(client: httpx.Client, picture: bytes, task: str) -> dict[str, Any]:
    answer = client.post("/predict", files={"file": ("p.png", picture)}, data={"task": task})
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


def correct(client: httpx.Client, said: Iterable[tuple[str, str]]) -> None:
    """Say of many readings what they show."""
    items = [{"id": id, "text": text} for id, text in said]
    for start in range(0, len(items), 100):
        answer = client.post("/corrections", json={"items": items[start : start + 100]}).raise_for_status().json()
        assert [one for one in answer["items"] if one.get("problem")] == []


def await_corrections(client: httpx.Client, task: str, count: int) -> dict[str, Any]:
    """What would be learned from, once so many corrections of a task have arrived, whether they count or not."""
    deadline = time.monotonic() + 120
    while True:
        preview = client.get("/corrections", params={"for": "next"}).raise_for_status().json()
        found: dict[str, Any] = next(one for one in preview if one["task"] == task)
        if found["corrections"] + found["gate"] + sum(found["left_out"].values()) >= count:
            return found
        assert time.monotonic() < deadline, found
        time.sleep(0.3)


def await_job(client: httpx.Client, job: dict[str, Any], seconds: float = 120) -> dict[str, Any]:
    deadline = time.monotonic() + seconds
    while (found := client.get(f"/jobs/{job['id']}").raise_for_status().json())["status"] in ("queued", "running"):
        assert time.monotonic() < deadline, found
        time.sleep(0.3)
    return dict(found)


def gather(client: httpx.Client, task: str) -> dict[str, Any]:
    job = client.post("/corrections/gather", json={"task": task}).raise_for_status().json()
    return await_job(client, job)


def champion(client: httpx.Client, model: str) -> int:
    return int(client.get(f"/models/{model}").raise_for_status().json()["deployment"]["champion"])


def test_what_somebody_says_whom_nobody_trusts_yet_teaches_no_model(platform: RunningPlatform) -> None:
    with platform.client() as poisoner, platform.client("reviewer1") as other, platform.client("admin1") as admin:
        before, serving = read(other, word(120), "text")["text"], champion(admin, "text")
        readings = [read(poisoner, word(20 + 20 * width), "text") for width in range(3, 13)]
        correct(poisoner, [(one["id"], "wrong " * (1 + number % 3)) for number, one in enumerate(readings)])
        found = await_corrections(other, "text", len(readings))
        assert (found["corrections"], found["gate"]) == (0, 0)
        assert sum(found["left_out"].values()) >= len(readings)
        assert gather(admin, "text")["status"] == "succeeded"
        assert (read(other, word(120), "text")["text"], champion(admin, "text")) == (before, serving)


@pytest.mark.prove
def test_300_wrong_corrections_by_somebody_trusted_are_refused_by_the_gate(tmp_path: Path, proof: Proof) -> None:
    samples = [one for one in load("hand-written-62", data_sets()) if one.split == "train"]
    shown = [(one.read(), one.text) for one in samples[: TRUSTED_AFTER + WRONG]]
    kept = [one.read() for one in samples[-40:]]
    sets = str(data_sets())
    with (
        running_platform(tmp_path / "var", LONGHAND_GATEWAY_RATE="1000000", LONGHAND_DATASETS=sets) as platform,
        platform.client() as poisoner,
        platform.client("reviewer1") as other,
        platform.client("admin1") as admin,
    ):
        before, serving = [read(other, one, "character")["text"] for one in kept], champion(admin, "characters")
        readings = [(read(poisoner, picture, "character")["id"], text) for picture, text in shown]
        earning, wrong = readings[:TRUSTED_AFTER], readings[TRUSTED_AFTER:]
        for person in (poisoner, other):
            correct(person, earning)
        correct(poisoner, [(id, _other(text)) for id, text in wrong])
        found = await_corrections(other, "character", len(readings))
        gather(admin, "character")
        chain = await_end(admin, "characters")
        gate = admin.get(f"/models/characters/{chain['version']}/gate").raise_for_status().json()
        after = [read(other, one, "character")["text"] for one in kept]
        proof.show(
            "300 wrong corrections by somebody trusted",
            learned_from=found["corrections"],
            left_out=found["left_out"],
            gate=gate["summary"],
            readings_of_others_changed=sum(a != b for a, b in zip(before, after, strict=True)),
        )
        assert found["corrections"] > 0
        assert (chain["step"], gate["passed"]) == ("refused", False) and gate["reasons"]
        assert (champion(admin, "characters"), after) == (serving, before)


def await_end(client: httpx.Client, model: str, seconds: float = 1500) -> dict[str, Any]:
    """The end of the last chain that a model has begun."""
    deadline = time.monotonic() + seconds
    while True:
        items = client.get("/learning").raise_for_status().json()["items"]
        mine: dict[str, Any] | None = next((one for one in items if one["model"] == model), None)
        if mine and mine["step"] not in [step.value for step in OPEN]:
            return mine
        assert time.monotonic() < deadline, items
        time.sleep(1)


def _other(text: str) -> str:
    """A letter that is not the right one."""
    return LETTERS[(LETTERS.find(text.lower()) + 7) % len(LETTERS)]
