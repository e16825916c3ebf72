"""Services are killed in the middle of an erasure: it completes, nothing of the person stays, all of others does."""

import os
import random
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from pathlib import Path

import pytest

from longhand.contracts.erasures import ErasureStep
from tests.bundles import glyph_guesser, stroke_counter
from tests.journeys.learner import make_learner
from tests.journeys.test_kills import MODULES, Person, await_pid, kill
from tests.journeys.town import Town, find_left, wait
from tests.platform import RunningPlatform, running_platform
from tests.proof import Proof

pytestmark = pytest.mark.timeout(600)  # the first of them starts the platform
STEPS = tuple(step for step in ErasureStep if step is not ErasureStep.DONE)
STOPPED = {ErasureStep.PLAN: "services.ingestion", ErasureStep.PREDICTION: "services.prediction"}
"""Steps that are held by a service that stands still; the others by somebody who reads from the service's database."""


@contextmanager
def standing(platform: RunningPlatform, module: str) -> Iterator[None]:
    """A service stands still: what it is asked waits."""
    pid = await_pid(platform, module)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


@contextmanager
def reading(database: Path) -> Iterator[None]:
    """Somebody reads from a database: what is deleted stays in its log, so a step has worked and does not count yet."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM erasures").fetchall()
        yield


def hold(platform: RunningPlatform, step: ErasureStep) -> AbstractContextManager[None]:
    """Holds erasures at a step."""
    if step in STOPPED:
        return standing(platform, STOPPED[step])
    return reading(platform.var / step.value / "state.db")


def begin(person: Person) -> str:
    """A person asks for the end of all that is theirs; the id."""
    id: str = person.send("DELETE", "/users/me/data")["id"]
    return id


def await_step(person: Person, id: str, step: ErasureStep) -> None:
    """Waits until an erasure has come to a step."""
    wait(lambda: person.send("GET", f"/erasures/{id}")["step"] == step, lambda: person.send("GET", f"/erasures/{id}"))


def kill_all(platform: RunningPlatform, step: ErasureStep) -> list[str]:
    """Kills each service in turn, one that stands still last; the erasure is at the step meanwhile."""
    last = STOPPED.get(step, "services.ingestion")
    for module in sorted(MODULES, key=lambda module: module == last):
        kill(platform, module)
    return [f"{step}: {module}" for module in MODULES]


def kill_at(town: Town, person: Person, step: ErasureStep) -> list[str]:
    """An erasure during a step of which each service is killed; it is under way again when this returns."""
    with ExitStack() as held:
        first = ErasureStep.PREDICTION if step is ErasureStep.REBUILD else step
        held.enter_context(hold(town.platform, first))
        id = begin(person)
        await_step(person, id, first)
        if step is ErasureStep.REBUILD:
            with standing(town.platform, "services.ingestion"):
                held.close()
                await_step(person, id, step)
                killed = kill_all(town.platform, step)
        else:
            killed = kill_all(town.platform, step)
    await_step(person, id, ErasureStep.DONE)
    return killed


def test_an_erasure_during_which_services_are_killed_completes(platform: RunningPlatform) -> None:
    with closing(Town(platform)) as town:
        person = town.settle("zwetschge8")
        with standing(platform, "services.ingestion"):
            id = begin(person)
            for module in ("services.gateway", "services.ingestion"):
                kill(platform, module)
        await_step(person, id, ErasureStep.DONE)
        town.check()


@pytest.mark.prove
@pytest.mark.timeout(1800)
def test_each_service_is_killed_at_each_step_of_an_erasure(tmp_path: Path, proof: Proof) -> None:
    source, chance, killed = make_learner(tmp_path / "checkout", seconds=2), random.Random(7), list[str]()
    stroke_counter(source / "bundles" / "text", "a")
    glyph_guesser(source / "bundles" / "characters", "7")
    told = {"LONGHAND_TRAINING_SOURCE": str(source), "LONGHAND_GATEWAY_ACCESS_MINUTES": "60"}
    with running_platform(tmp_path / "var", **told) as platform, closing(Town(platform)) as town:
        for number, step in enumerate(STEPS):
            person = town.settle(f"pflaume{number}")
            town.teach(person)
            killed += kill_at(town, person, step)
        for number, module in enumerate(MODULES):
            person = town.settle(f"mirabelle{number}")
            town.teach(person)
            id = begin(person)
            time.sleep(chance.uniform(0, 1))
            kill(platform, module)
            await_step(person, id, ErasureStep.DONE)
        records = town.be("admin1").send("GET", "/erasures", params={"limit": 100})["items"]
        town.check()
        left = find_left(platform.var, town.gone)
    proof.show(
        "Each service killed at each step of an erasure",
        erasures=len(records),
        kills_while_a_step_was_held=len(killed),
        kills_at_a_random_moment=len(MODULES),
        dataset_versions_withdrawn=sum(len(one["datasets"]) for one in records),
        model_versions_withdrawn=sum(len(one["models"]) for one in records),
        searched_for=len(town.gone),
        found=len(left),
        kept_of_others=len(town.kept),
    )
    assert len(killed) == len(STEPS) * len(MODULES)
    assert len(records) == len(STEPS) + len(MODULES) and all(one["datasets"] for one in records)
