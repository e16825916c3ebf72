"""Each service is killed once at each step from a picture to a new champion: nothing is lost, nothing counts twice."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from longhand.contracts.learning import OPEN, Step
from longhand.datasets.catalogue import load
from longhand.datasets.sample import Sample
from tests.platform import RunningPlatform, running_platform
from tests.proof import Proof
from tests.real import data_sets

MODULES = (
    "services.gateway",
    "services.ingestion",
    "services.ingestion.worker",
    "services.training",
    "services.training.worker",
    "services.prediction",
)
MODEL, TASK = "characters", "character"
CORRECTIONS = 40

Found = TypeVar("Found")


class Person:
    """Sends a request again, with the same Idempotency-Key, until it is accepted, as a good client does."""

    def __init__(self, platform: RunningPlatform, name: str) -> None:
        self._client = insist(lambda: platform.client(name))

    def send(self, method: str, path: str, key: str | None = None, **content: Any) -> Any:
        """What the answer says; raises HTTPStatusError where the request is refused."""
        return self.ask(method, path, key, **content).raise_for_status().json()

    def ask(self, method: str, path: str, key: str | None = None, **content: Any) -> httpx.Response:
        """The answer, also where it is a refusal."""
        headers = {"Idempotency-Key": key} if key else {}

        def try_once() -> httpx.Response:
            answer = self._client.request(method, path, headers=headers, **content)
            if answer.status_code in (502, 503, 504):
                raise httpx.TransportError("not now")
            return answer

        return insist(try_once)

    def close(self) -> None:
        """Lets go of the connections."""
        self._client.close()


def insist(make: Callable[[], Found], seconds: float = 180) -> Found:
    """What `make` gives once the platform can be reached and is ready."""
    deadline = time.monotonic() + seconds
    while True:
        with suppress(httpx.TransportError):
            return make()
        assert time.monotonic() < deadline, "the platform does not come back"
        time.sleep(0.2)


def kill(platform: RunningPlatform, module: str) -> None:
    """Kills a service, and waits until it runs again."""
    pid = await_pid(platform, module)
    os.kill(pid, signal.SIGKILL)
    await_pid(platform, module, other_than=pid)


def await_pid(platform: RunningPlatform, module: str, other_than: int | None = None) -> int:
    deadline = time.monotonic() + 120
    while (pid := platform.find(module)) in (None, other_than):
        assert time.monotonic() < deadline, f"{module} does not run"
        time.sleep(0.1)
    assert pid is not None
    return pid


def upload(platform: RunningPlatform, person: Person, samples: list[Sample]) -> list[str]:
    """Sends pictures while each service is killed once; the ids of what was accepted."""
    ids = []
    for number, sample in enumerate(samples):
        if number < len(MODULES):
            os.kill(await_pid(platform, MODULES[number]), signal.SIGKILL)
        files = {"file": (f"{number}.png", sample.read())}
        ids.append(person.send("POST", "/predict", f"upload-{number}", files=files, data={"task": TASK})["id"])
    return ids


def correct(platform: RunningPlatform, person: Person, said: list[tuple[str, str]]) -> None:
    """Corrects readings while each service is killed once."""
    for number, (id, text) in enumerate(said):
        if number < len(MODULES):
            os.kill(await_pid(platform, MODULES[number]), signal.SIGKILL)
        person.send("POST", f"/readings/{id}/correction", f"correct-{number}", json={"text": text})


def learn(platform: RunningPlatform, admin: Person) -> tuple[dict[str, Any], list[str]]:
    """Gathers, and kills each service once while the model learns and once while the gate judges; how it ended."""
    insist_gathering(admin)
    killed: dict[str, list[str]] = {Step.LEARNING.value: list(MODULES), Step.JUDGING.value: list(MODULES)}
    met: list[str] = []
    deadline = time.monotonic() + 1500
    while True:
        items = [one for one in admin.send("GET", "/learning")["items"] if one["model"] == MODEL]
        step = items[0]["step"] if items else None
        if step and step not in [one.value for one in OPEN]:
            return items[0], met
        if killed.get(step or ""):
            module = killed[str(step)].pop()
            kill(platform, module)
            met.append(f"{step}: {module}")
        assert time.monotonic() < deadline, items
        time.sleep(0.5)


def insist_gathering(admin: Person) -> None:
    """Gathers once all corrections have arrived."""
    deadline = time.monotonic() + 120
    while True:
        found = admin.send("GET", "/corrections", params={"for": "next"})
        mine = next(one for one in found if one["task"] == TASK)
        if mine["corrections"] + mine["gate"] + sum(mine["left_out"].values()) >= CORRECTIONS:
            break
        assert time.monotonic() < deadline, mine
        time.sleep(0.5)
    admin.send("POST", "/corrections/gather", "gather-1", json={"task": TASK})


def promote(platform: RunningPlatform, admin: Person, version: int) -> int:
    """Promotes by hand again and again while each service is killed once; the champion at the end."""
    for number, module in enumerate(MODULES):
        body = {"version": version if number % 2 == 0 else 1, "reason": "A journey kills services."}
        os.kill(await_pid(platform, module), signal.SIGKILL)
        admin.send("POST", f"/models/{MODEL}/promote", f"promote-{number}", json=body)
    return int(admin.send("GET", f"/models/{MODEL}")["deployment"]["champion"])


@pytest.mark.prove
def test_each_service_is_killed_once_at_each_step_and_the_chain_completes(tmp_path: Path, proof: Proof) -> None:
    samples = [one for one in load("hand-written-62", data_sets()) if one.split == "train"][:CORRECTIONS]
    sets = str(data_sets())
    with running_platform(tmp_path / "var", LONGHAND_GATEWAY_RATE="1000000", LONGHAND_DATASETS=sets) as platform:
        reviewer, admin = Person(platform, "reviewer1"), Person(platform, "admin1")
        ids = upload(platform, reviewer, samples)
        said = [(id, sample.text) for id, sample in zip(ids, samples, strict=True)]
        correct(platform, reviewer, said)
        chain, met = learn(platform, admin)
        last = promote(platform, admin, chain["version"])
        found = reviewer.send("GET", "/readings", params={"limit": 100, "task": TASK})["items"]
        kept = {one["id"]: one for one in found}
        proof.show(
            "Each service killed once at each step",
            kills=3 * len(MODULES) + len(met),
            while_learning_and_judging=len(met),
            uploaded=len(ids),
            kept=len(kept),
            chain=f"{chain['step']}: {chain['reason']}",
        )
        assert set(ids) == set(kept) and len(set(ids)) == len(samples)
        assert {id: kept[id]["correction"]["text"] for id in ids} == dict(said)
        assert len(met) == 2 * len(MODULES)
        assert chain["step"] in (Step.SERVING, Step.REFUSED) and chain["reason"]
        assert last == 1
