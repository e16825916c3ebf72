"""A person corrects, and within seconds a version of their own answers them, and nobody else."""

import time

import httpx
import pytest

from tests.platform import RunningPlatform
from tests.prediction.pictures import word

pytestmark = pytest.mark.timeout(400)  # the first of them starts the platform
SECONDS = 60
"""The bar is 20 on a machine that does nothing else; this is a machine that tests."""


def read(client: httpx.Client, strokes: int) -> dict[str, object]:
    files = {"file": ("word.png", word(20 + 20 * strokes), "image/png")}
    answer: dict[str, object] = client.post("/predict", files=files).raise_for_status().json()
    return answer


def correct(client: httpx.Client, reading: dict[str, object]) -> None:
    """Say that what was read is right, once ingestion has the reading."""
    deadline = time.monotonic() + SECONDS
    path, body = f"/readings/{reading['id']}/correction", {"text": reading["text"]}
    while (answer := client.post(path, json=body)).status_code == 404:
        assert time.monotonic() < deadline, "the reading was not delivered"
        time.sleep(0.1)
    answer.raise_for_status()


def await_adapter(client: httpx.Client, present: bool) -> float:
    """The seconds until readings come with an adapter, or without one."""
    started = time.monotonic()
    while bool(read(client, 5)["adapter"]) != present:
        assert time.monotonic() < started + SECONDS, client.get("/users/me/model").text
        time.sleep(0.2)
    return time.monotonic() - started


def test_a_correction_makes_a_version_that_answers_its_person_alone_until_it_is_forgotten(
    platform: RunningPlatform,
) -> None:
    with platform.client() as ann, platform.client("reviewer1") as other:
        before = read(other, 5)
        correct(ann, read(ann, 4))
        await_adapter(ann, present=True)
        own = ann.get("/users/me/model").json()["items"]
        after = read(other, 5)
        assert after["adapter"] is None and after["text"] == before["text"]
        assert [(one["model"], one["corrections"], one["reason"]) for one in own] == [("text", 1, "")]
        assert other.get("/users/me/model").json()["items"] == []
        assert ann.delete("/users/me/model").status_code == 204
        await_adapter(ann, present=False)
        assert ann.get("/users/me/model").json()["items"] == []
