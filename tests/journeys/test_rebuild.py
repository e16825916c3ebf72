"""A model that learned from somebody who has had their data erased learns anew, from what is left."""

import hashlib
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from longhand.contracts.erasures import LearnedVersion, ReplacedDataset
from longhand.contracts.learning import GatherRequest, Step
from longhand.datasets.catalogue import load
from longhand.registry.registry import Registry
from longhand.samples.errors import VersionWithdrawn
from longhand.samples.files import Files
from longhand.samples.versions import Versions, parse
from services.training.deployment.records import Author
from services.training.errors import LearnedFromErased
from tests.bundles import glyph_guesser, stroke_counter
from tests.journeys.learner import make_learner
from tests.journeys.test_erasure import await_end, sign_in
from tests.journeys.test_poison import champion, gather, read
from tests.journeys.town import wait
from tests.journeys.workshop import MODEL, TASK, Workshop
from tests.mlflow import mlflow_server
from tests.platform import running_platform
from tests.proof import Proof
from tests.real import data_sets

ADA = Author("ada")
EACH = 30
MAKING = (Step.LEARNING.value, Step.JUDGING.value)


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    with (
        mlflow_server(tmp_path) as url,
        closing(Registry(url)) as registry,
        closing(Workshop(tmp_path, registry, url)) as workshop,
    ):
        first = registry.register(MODEL, glyph_guesser(tmp_path / "shipped", "7"), {}, {}, {})
        workshop.deployer.promote(MODEL, first, ADA)
        yield workshop


def list_pictures(files: Files, version: str) -> set[str]:
    """The hashes of the pictures in a dataset version: the manifest of what learned from it."""
    return {parse(row).key for row in Versions(files).lines(version).splitlines()}


def test_a_model_learns_anew_from_what_is_left(workshop: Workshop) -> None:
    hers, his = workshop.correct("ann", 8), workshop.correct("bob", 8)
    before, learned = workshop.learn(GatherRequest())
    workshop.deployer.promote(MODEL, learned, ADA)
    assert list_pictures(workshop.files, before) == hers | his and hers and his

    until = datetime(2026, 2, 1, tzinfo=UTC)
    subject = workshop.forgetting.plan("ann", until)
    erased = workshop.forgetting.erase("era-1", subject, until)
    withdrawn = workshop.eraser.erase("era-1", subject)
    assert withdrawn.models == [LearnedVersion(name=MODEL, version=learned, serving=1)] and erased.rebuild == [TASK]
    with pytest.raises(VersionWithdrawn, match="had their data erased"):
        Versions(workshop.files).get(before)

    after, rebuilt = workshop.learn(GatherRequest(task=TASK, reason="erasure"))
    assert erased.datasets == [ReplacedDataset(withdrawn=before, replaced_by=after)]
    tags = workshop.registry.version(MODEL, rebuilt).tags
    assert (tags["dataset_version"], tags["started_from"]) == (after, f"{MODEL}/1")
    assert list_pictures(workshop.files, after) == his
    record = workshop.deployer.current(MODEL)
    assert record and (record.champion, record.withdrawn) == (1, [learned])
    with pytest.raises(LearnedFromErased):
        workshop.deployer.promote(MODEL, learned, ADA)
    assert workshop.deployer.promote(MODEL, rebuilt, ADA).champion == rebuilt


def lay_out_toy(folder: Path) -> dict[str, str]:
    """A checkout whose model reads everything as `7`, and learns nothing in a moment."""
    make_learner(folder)
    stroke_counter(folder / "bundles" / "text", "a")
    glyph_guesser(folder / "bundles" / MODEL, "7")
    return {"LONGHAND_TRAINING_SOURCE": str(folder)}


@pytest.mark.prove
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("model", ["toy", "shipped"])
def test_a_version_that_learned_from_an_erased_person_is_made_again_without_them(
    tmp_path: Path, proof: Proof, model: str
) -> None:
    samples = [one for one in load("hand-written-62", data_sets()) if one.split == "train"][: 2 * EACH]
    shown = [(one.read(), one.text) for one in samples]
    told = {"LONGHAND_GATEWAY_ACCESS_MINUTES": "60", "LONGHAND_DATASETS": str(data_sets())}
    told |= lay_out_toy(tmp_path / "checkout") if model == "toy" else {}
    with (
        running_platform(tmp_path / "var", **told) as platform,
        sign_in(platform) as person,
        platform.client() as other,
        platform.client("reviewer1") as reviewer,
        platform.client("admin1") as admin,
    ):
        files, probe = Files(platform.var / "store"), shown[-1][0]
        hers, _ = teach(person, reviewer, shown[:EACH]), teach(other, reviewer, shown[EACH:])
        before = gather(admin, TASK.value)["result"]["gathered"][0]["version"]
        learned_from, learned = list_pictures(files, before), await_version(admin, before)
        admin.post(f"/models/{MODEL}/promote", json=promotion(learned)).raise_for_status()
        id = await_reader(other, probe, learned)

        begun = time.monotonic()
        record: Any = await_end(person, person.delete("/users/me/data").json()["id"])
        seconds_to_erase = time.monotonic() - begun
        (replaced,), gone = record["datasets"], admin.get(f"/datasets/{before}")
        after = replaced["replaced_by"]
        assert (gone.status_code, gone.json()["code"]) == (410, "version_withdrawn") and after in gone.json()["detail"]
        assert record["models"] == [{"name": MODEL, "version": learned, "serving": 1}]
        await_reader(other, probe, 1)
        again = admin.post(f"/models/{MODEL}/promote", json=promotion(learned)), other.post(f"/readings/{id}/replay")
        assert [(one.status_code, one.json()["code"]) for one in again] == [(410, "learned_from_erased")] * 2

        answered, rebuilt = await_rebuilt(admin, other, probe, after)
        version = admin.get(f"/models/{MODEL}/{rebuilt}").raise_for_status().json()
        manifest = list_pictures(files, after)
        proof.show(
            f"A version that learned from an erased person is made again without them, the {model} model",
            pictures_learned_from=len(learned_from),
            of_the_erased_person=len(learned_from & hers),
            pictures_of_the_new_version=len(manifest),
            of_the_erased_person_in_it=len(manifest & hers),
            seconds_to_erase=round(seconds_to_erase, 1),
            seconds_to_the_new_version=round(time.monotonic() - begun, 1),
            versions_that_answered_meanwhile=sorted(answered),
        )
        assert learned_from & hers and manifest == learned_from - hers and answered == {1}
        assert (version["tags"]["dataset_version"], version["tags"]["started_from"]) == (after, f"{MODEL}/1")
        assert version["datasets"][0]["version"] == after and champion(admin, MODEL) in (1, rebuilt)


def promotion(version: int) -> dict[str, object]:
    """Lets a version serve whatever the gate has said."""
    return {"version": version, "reason": "A journey wants it to serve."}


def teach(client: httpx.Client, reviewer: httpx.Client, shown: Sequence[tuple[bytes, str]]) -> set[str]:
    """Somebody sends characters, and a reviewer corrects them; the hashes of the pictures."""
    for picture, text in shown:
        id = read(client, picture, TASK.value)["id"]
        wait(partial(_is_there, reviewer, id))
        reviewer.post(f"/readings/{id}/correction", json={"text": text}).raise_for_status()
    return {hashlib.sha256(picture).hexdigest() for picture, _ in shown}


def _is_there(client: httpx.Client, id: str) -> bool:
    return client.get(f"/readings/{id}").is_success


def find_chain(admin: httpx.Client, dataset: str) -> dict[str, Any]:
    """How far the model has come with a dataset version; empty before it has begun."""
    items = admin.get("/learning").raise_for_status().json()["items"]
    return next((one for one in items if (one["model"], one["dataset"]) == (MODEL, dataset)), {})


def await_version(admin: httpx.Client, dataset: str) -> int:
    """The version that has learned from a dataset version, once it is judged."""
    wait(lambda: find_chain(admin, dataset).get("step", MAKING[0]) not in MAKING, seconds=1500)
    chain = find_chain(admin, dataset)
    assert chain["version"], chain
    return int(chain["version"])


def await_reader(client: httpx.Client, picture: bytes, version: int) -> str:
    """Sends a picture until a version answers; the id of what it has read."""
    wait(lambda: read(client, picture, TASK.value)["model"]["version"] == version)
    id: str = read(client, picture, TASK.value)["id"]
    return id


def await_rebuilt(admin: httpx.Client, client: httpx.Client, picture: bytes, dataset: str) -> tuple[set[int], int]:
    """Which versions answer while another one learns and is judged, and which one that is."""
    answered, deadline = set[int](), time.monotonic() + 1500
    while find_chain(admin, dataset).get("step", MAKING[0]) in MAKING:
        version = read(client, picture, TASK.value)["model"]["version"]
        if find_chain(admin, dataset).get("step", MAKING[0]) in MAKING:  # afterwards it may have its share
            answered.add(version)
        assert time.monotonic() < deadline
        time.sleep(1)
    return answered, await_version(admin, dataset)
