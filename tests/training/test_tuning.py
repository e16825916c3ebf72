"""Fine-tunes: from which version they start, and that one job makes one version however often it is tried."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from longhand.contracts.jobs import FineTuneRequest
from longhand.contracts.models import Deployment, ModelName, ModelVersion
from longhand.registry.registry import Registry
from longhand.samples.blobs import Blobs
from longhand.samples.files import Files
from longhand.samples.versions import Line, Versions
from services.training.errors import PipelineFailed, UnknownDataset, UnknownStart
from services.training.tuning.child import Places, tune
from services.training.tuning.starts import find_full
from tests.training.checkout import make_bundle, make_checkout

TUNING = """import argparse, json, os, pathlib
parser = argparse.ArgumentParser()
for name in ("model", "start", "corrections", "target", "steps"):
    parser.add_argument("--" + name)
given = parser.parse_args()
target, rows = pathlib.Path(given.target), pathlib.Path(given.corrections, "lines.jsonl").read_text().splitlines()
if rows[0].count("unlearnable"):
    raise SystemExit("nothing_to_learn: No correction can be learned from.")
print("learns", flush=True)
(target / "bundle").mkdir(exist_ok=True)
made = pathlib.Path(given.start, "model.onnx").read_text() + f" after {len(rows)}, try {os.getpid()}"
(target / "bundle" / "model.onnx").write_text(made)
(target / "bundle" / "card.json").write_text(json.dumps({"name": given.model}))
receipt = {"corrections": len(rows), "replay": "made", "metrics": {"corrections.cer_after": 0.1}}
(target / "receipt.json").write_text(json.dumps(receipt))
"""


class Registered:
    """A registry of versions, by number the tags, of which some have served, the last one first."""

    def __init__(self, versions: dict[int, dict[str, str]], served: list[int], withdrawn: Sequence[int] = ()) -> None:
        self._versions, self._served, self._withdrawn = versions, served, list(withdrawn)

    def deployment(self, name: str) -> Deployment | None:
        if not self._served:
            return None
        previous = self._served[:0:-1]
        return Deployment(epoch=1, champion=self._served[0], previous=previous, withdrawn=self._withdrawn)

    def versions(self, name: str, deployment: Deployment | None = None) -> list[ModelVersion]:
        made = datetime.now(UTC)
        return [ModelVersion(name=name, version=v, created_at=made, tags=t) for v, t in self._versions.items()]


TUNED = {"kind": "fine-tune", "started_from": "text/1"}


@pytest.mark.parametrize(
    ("versions", "served", "found"),
    [
        ({1: {}, 2: {}}, [1], 1),  # a full version that has not served is none to start from
        ({1: {}, 2: {"kind": "full"}, 3: TUNED}, [3, 2, 1], 2),
        ({1: {}, 2: TUNED, 3: TUNED}, [3, 2], 1),  # the full one has left the record
    ],
)
def test_a_fine_tune_starts_from_the_full_version_that_served_last(
    versions: dict[int, dict[str, str]], served: list[int], found: int
) -> None:
    assert find_full(Registered(versions, served), "text").version == found


def test_a_fine_tune_never_starts_from_a_version_that_was_withdrawn() -> None:
    assert find_full(Registered({1: {}, 2: {}}, [2, 1], withdrawn=[2]), "text").version == 1
    with pytest.raises(UnknownStart):
        find_full(Registered({1: {}}, [1], withdrawn=[1]), "text")


def test_where_no_full_version_has_served_nothing_is_fine_tuned() -> None:
    with pytest.raises(UnknownStart, match="promote one"):
        find_full(Registered({1: TUNED | {"started_from": "text/9"}}, [1]), "text")


@pytest.fixture
def places(tmp_path: Path, own_mlflow: str) -> Places:
    source = make_checkout(tmp_path / "checkout")
    (source / "pipelines" / "tuning.py").write_text(TUNING)
    return Places(source, tmp_path / "tunings", str(tmp_path / "store"), own_mlflow)


@pytest.fixture
def served(places: Places, tmp_path: Path) -> Iterator[Registry]:
    """The registry, with a full version of `characters` that serves."""
    with closing(Registry(places.mlflow)) as registry:
        version = registry.register("characters", make_bundle(tmp_path / "shipped"), {}, {}, {})
        epoch = (registry.deployment("characters") or Deployment(epoch=1, champion=version)).epoch + 1
        registry.deploy("characters", Deployment(epoch=epoch, champion=version))
        yield registry


def freeze(places: Places, *texts: str) -> FineTuneRequest:
    files = Files(places.store)
    made = [Line(Blobs(files).put(text.encode()), text, "ann", "train", "corrections", f"r-{text}") for text in texts]
    version = Versions(files).freeze("corrections-character", made, {}).version
    return FineTuneRequest(model=ModelName("characters"), dataset=version)


def test_a_fine_tune_registers_what_it_learned_from_once_for_each_job(places: Places, served: Registry) -> None:
    request = freeze(places, "a", "b")
    made = tune(request, places, "trn-1")
    assert (made["corrections"], made["replay"], made["dataset"]) == (2, "made", request.dataset)
    version = served.version("characters", made["version"])
    start = served.deployment("characters")
    assert start is not None and made["started_from"] == f"characters/{start.champion}"
    assert (version.tags["kind"], version.tags["corrections"], version.champion) == ("fine-tune", "2", False)
    assert version.metrics == {"corrections.cer_after": 0.1}
    assert not list(places.tunings.iterdir())  # people's pictures are gone from there

    assert tune(request, places, "trn-1") == made  # the worker was killed before it had noted the result
    assert tune(request, places, "trn-2")["version"] > made["version"]


def test_what_goes_wrong_is_a_sentence(places: Places, served: Registry) -> None:
    with pytest.raises(PipelineFailed, match="nothing_to_learn: No correction can be learned from"):
        tune(freeze(places, "unlearnable"), places, "trn-3")
    gone = FineTuneRequest(model=ModelName("characters"), dataset="0" * 64)
    with pytest.raises(UnknownDataset, match="There is no dataset version"):
        tune(gone, places, "trn-4")
