"""Models are changed under load: no request fails, none waits long, and each reading names one version."""

import json
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from longhand.registry.registry import Registry
from services.supervisor.welcome import SAMPLE
from tests.bundles import glyph_guesser, stroke_counter
from tests.journeys.load import Load
from tests.platform import ROOT, RunningPlatform, running_platform
from tests.proof import Proof

MODEL = "text"
BUSY = 0.7
"""The share of what the platform can do that is asked of it."""


@dataclass(frozen=True)
class Swaps:
    """What was seen while models were changed, and before."""

    before: dict[str, Any]
    during: dict[str, Any]
    memory_before: int
    memory_after: int
    versions: Counter[int]


def change(admin: httpx.Client, version: int) -> None:
    """Lets a version serve everybody, at once."""
    reason = {"version": version, "reason": "A journey changes models."}
    admin.post(f"/models/{MODEL}/promote", json=reason).raise_for_status()


def await_version(client: httpx.Client, version: int) -> None:
    """Waits until a version answers."""
    deadline = time.monotonic() + 60
    while read(client) != version:
        assert time.monotonic() < deadline, f"version {version} does not serve"
        time.sleep(0.1)


def read(client: httpx.Client) -> int:
    """The version that reads a picture now."""
    answer = client.post("/predict", files={"file": ("word.png", Path(SAMPLE).read_bytes(), "image/png")})
    return int(answer.raise_for_status().json()["model"]["version"])


def memory(platform: RunningPlatform) -> int:
    """Bytes of the prediction service."""
    pid = platform.find("services.prediction")
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS"))


def list_versions(client: httpx.Client) -> Iterator[int]:
    """The version of each of one's readings, as the journal has them."""
    cursor: str | None = None
    while True:
        params = {"limit": "100"} | ({"cursor": cursor} if cursor else {})
        page = client.get("/readings", params=params).raise_for_status().json()
        yield from (item["model"]["version"] for item in page["items"])
        if not (cursor := page["next"]):
            return


def swap(platform: RunningPlatform, bundle: Path, swaps: int, each: float, clients: int, measured: float) -> Swaps:
    """Changes between two versions `swaps` times, one every `each` seconds, under a load of BUSY of the capacity."""
    with platform.client() as client, platform.client("admin1") as admin:
        with closing(Registry(platform.url("mlflow"))) as registry:
            first = read(client)
            pair = [first, registry.register(MODEL, bundle, {}, {}, {"kind": "full"})]
        assert pair[0] != pair[1], "the same bundle is the same version"
        token = str(client.headers["Authorization"]).removeprefix("Bearer ")

        def load(seconds: float, rate: float = 0) -> Load:
            return Load(platform.url("gateway"), token, Path(SAMPLE), clients, seconds, rate)

        for version in (pair[1], pair[0]):  # both have been loaded once before memory is compared
            change(admin, version)
            await_version(client, version)
        with load(measured) as crowd:
            capacity = crowd.report()["per_second"]
        with load(measured, BUSY * capacity) as crowd:
            before = crowd.report()
        memory_before = memory(platform)
        with load(3600, BUSY * capacity) as crowd:
            for number in range(swaps):
                change(admin, pair[(number + 1) % 2])
                time.sleep(each)
            during = crowd.report(at_once=True)
        await_version(client, pair[swaps % 2])
        return Swaps(before, during, memory_before, memory(platform), Counter(list_versions(client)))


def check(seen: Swaps) -> None:
    assert seen.during["broken"] == [] and set(seen.during["statuses"]) == {"200"}
    assert len(seen.versions) == 2 and min(seen.versions.values()) > 5


def test_no_request_fails_while_models_change(tmp_path: Path) -> None:
    stroke_counter(tmp_path / "bundles" / "text", "a")
    glyph_guesser(tmp_path / "bundles" / "characters", "7")
    source = str(tmp_path)
    with running_platform(
        tmp_path / "var", LONGHAND_TRAINING_SOURCE=source, LONGHAND_GATEWAY_RATE="1000000"
    ) as platform:
        check(swap(platform, stroke_counter(tmp_path / "other", "b"), swaps=4, each=1.5, clients=2, measured=2))


@pytest.mark.prove
def test_50_changes_are_noticed_by_nobody(tmp_path: Path, proof: Proof) -> None:
    other = shutil.copytree(ROOT / "bundles" / MODEL, tmp_path / "other")
    card = json.loads((other / "card.json").read_text())
    (other / "card.json").write_text(json.dumps(card | {"confidence_offset": card["confidence_offset"] + 0.01}))
    with running_platform(tmp_path / "var", LONGHAND_GATEWAY_RATE="1000000") as platform:
        seen = swap(platform, other, swaps=50, each=5, clients=8, measured=30)
    proof.show(
        "50 changes of the model under load",
        requests=sum(seen.during["statuses"].values()),
        failed=len(seen.during["broken"]),
        p99_ms_before=round(seen.before["p99"] * 1000),
        p99_ms=round(seen.during["p99"] * 1000),
        memory=round(seen.memory_after / seen.memory_before, 3),
    )
    check(seen)
    assert seen.during["p99"] <= 2 * seen.before["p99"]
    assert seen.memory_after <= 1.05 * seen.memory_before
