"""The registry against a real MLflow server."""

import json
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from longhand.bundles.errors import BundleError
from longhand.contracts.models import Deployment
from longhand.registry.errors import NotRegistered, RegistryRefused, RegistryUnavailable, StaleDeployment
from longhand.registry.live import LiveRun, Point
from longhand.registry.registry import Registry
from longhand.registry.rest import Rest
from tests.ports import free_port


@pytest.fixture
def registry(mlflow_url: str) -> Iterator[Registry]:
    with closing(Registry(mlflow_url)) as registry:
        yield registry


@pytest.fixture
def name() -> str:
    return f"text-{uuid.uuid4().hex[:8]}"


def make_bundle(folder: Path, content: bytes = b"network", weights: bool = True) -> Path:
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(content)
    (folder / "card.json").write_text(json.dumps({"alphabet": "äß", "temperature": 1.5}))
    if weights:
        (folder / "weights.keras").write_bytes(b"weights of " + content)
    return folder


def register(registry: Registry, name: str, bundle: Path, **tags: str) -> int:
    return registry.register(name, bundle, {"cer": 0.05}, {"fit.epochs": 3}, {"commit": "abc", **tags})


def test_a_registered_bundle_is_found_with_all_that_is_known_of_it(
    registry: Registry, name: str, tmp_path: Path
) -> None:
    number = register(registry, name, make_bundle(tmp_path / "b"), dataset_version="d1")
    version = registry.version(name, number)
    assert (version.name, version.version, version.champion) == (name, 1, False)
    assert version.metrics == {"cer": 0.05}
    assert version.card == {"alphabet": "äß", "temperature": 1.5}
    assert version.tags["dataset_version"] == "d1" and version.tags["commit"] == "abc"
    assert len(version.tags["sha256.model.onnx"]) == 64
    assert name in registry.names()
    assert registry.versions(name) == [version]


def test_the_same_files_are_the_same_version_and_other_files_another(
    registry: Registry, name: str, tmp_path: Path
) -> None:
    first = register(registry, name, make_bundle(tmp_path / "a"))
    again = register(registry, name, make_bundle(tmp_path / "b"))
    other = register(registry, name, make_bundle(tmp_path / "c", b"other"))
    assert (first, again, other) == (1, 1, 2)
    assert [v.version for v in registry.versions(name)] == [2, 1]


def test_a_version_belongs_to_the_run_of_its_training_and_a_second_one_to_a_run_of_its_own(
    registry: Registry, name: str, mlflow_url: str, tmp_path: Path
) -> None:
    with closing(LiveRun.open(mlflow_url, name, {"fit.epochs": 3}, {})) as run:
        run.note([Point("training/loss", 2.0, 20, 1_700_000_000_000)])
    bundles = make_bundle(tmp_path / "a"), make_bundle(tmp_path / "b", b"other"), make_bundle(tmp_path / "c", b"third")
    params: dict[str, int] = {"fit.epochs": 3}
    first = registry.register(name, bundles[0], {"cer": 0.1}, params, {}, run_id=run.id)
    second = registry.register(name, bundles[1], {"cer": 0.1}, params, {}, run_id=run.id)
    third = registry.register(name, bundles[2], {"cer": 0.1}, params, {}, run_id="0" * 32)
    runs = [registry.version(name, version).run_id for version in (first, second, third)]
    assert runs[0] == run.id and len(set(runs)) == 3
    for version, content in ((first, b"network"), (second, b"other"), (third, b"third")):
        assert (registry.download(name, version, tmp_path / "to") / "model.onnx").read_bytes() == content
    found = registry._rest.get("runs/get", run_id=run.id)["run"]
    assert {m["key"]: m["value"] for m in found["data"]["metrics"]} == {"training/loss": 2.0, "cer": 0.1}
    assert found["info"]["status"] == "FINISHED"


def test_a_download_brings_the_served_part_or_the_whole(registry: Registry, name: str, tmp_path: Path) -> None:
    version = register(registry, name, make_bundle(tmp_path / "b", b"x" * 3_000_000))
    served = registry.download(name, version, tmp_path / "new" / "served")
    assert sorted(p.name for p in served.iterdir()) == ["card.json", "model.onnx"]
    assert (served / "model.onnx").read_bytes() == b"x" * 3_000_000
    whole = registry.download(name, version, tmp_path / "new" / "served", whole=True)
    assert sorted(p.name for p in whole.iterdir()) == ["card.json", "model.onnx", "weights.keras"]
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["served"]


@pytest.mark.parametrize("harm", ["damaged", "missing"])
def test_a_damaged_artefact_is_refused_and_leaves_what_was_there(
    registry: Registry, name: str, tmp_path: Path, harm: str
) -> None:
    version = register(registry, name, make_bundle(tmp_path / "b"))
    target = registry.download(name, version, tmp_path / "to")
    uri = registry._raw(name, version)["source"] + "/model.onnx"
    if harm == "damaged":
        (tmp_path / "bad").write_bytes(b"something else")
        registry._rest.upload(tmp_path / "bad", uri)
    else:
        path = "api/2.0/mlflow-artifacts/artifacts/" + uri.removeprefix("mlflow-artifacts:/")
        assert registry._rest._client.delete(path).is_success
    with pytest.raises(BundleError, match=r"model.onnx"):
        registry.download(name, version, target)
    assert (target / "model.onnx").read_bytes() == b"network"
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".")) == []


def test_a_deployment_is_written_whole_and_only_forward(registry: Registry, name: str, tmp_path: Path) -> None:
    assert registry.deployment(name) is None
    register(registry, name, make_bundle(tmp_path / "a"))
    register(registry, name, make_bundle(tmp_path / "b", b"2"))
    assert registry.deployment(name) is None
    first = Deployment(epoch=1, champion=1, personal={"ann": 1})
    second = Deployment(epoch=2, champion=2, challenger=1, share=0.1, previous=[1])
    registry.deploy(name, first)
    assert registry.deployment(name) == first
    registry.deploy(name, second)
    assert registry.deployment(name) == second
    with pytest.raises(StaleDeployment, match="Epoch 2"):
        registry.deploy(name, Deployment(epoch=2, champion=1))
    assert [v.champion for v in registry.versions(name)] == [True, False]


def test_how_all_models_stand_is_one_question(
    registry: Registry, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for model, content in ((name, b"1"), (f"{name}-fast", b"2")):
        register(registry, model, make_bundle(tmp_path / model, content))
    registry.deploy(name, Deployment(epoch=3, champion=1))
    alone = {model: registry.standing(model) for model in (name, f"{name}-fast")}
    asked: list[str] = []
    get = Rest.get
    monkeypatch.setattr(Rest, "get", lambda self, path, **query: asked.append(path) or get(self, path, **query))
    together = registry.standings()
    assert set(asked) == {"registered-models/search"}
    assert {model: together[model] for model in alone} == alone
    assert alone[name].deployment is not None and alone[f"{name}-fast"].deployment is None
    registry._rest.post("registered-models/set-tag", name=name, key="deployment", value='{"epoch": ')
    damaged = registry.standings()
    assert damaged[name] is None and damaged[f"{name}-fast"] == alone[f"{name}-fast"]


def test_what_is_not_registered_is_said_to_be_so(registry: Registry, name: str, tmp_path: Path) -> None:
    assert registry.versions(name) == [] and registry.versions("it's") == []
    with pytest.raises(NotRegistered, match="no version 7"):
        registry.version(name, 7)
    with pytest.raises(NotRegistered):
        registry.download(name, 1, tmp_path / "to")
    with pytest.raises(NotRegistered):
        registry.deploy(name, Deployment(epoch=1, champion=1))


def test_a_folder_that_is_no_bundle_is_refused_before_anything_is_written(
    registry: Registry, name: str, tmp_path: Path
) -> None:
    bundle = make_bundle(tmp_path / "b", weights=False)
    (bundle / "card.json").write_text("[]")
    with pytest.raises(BundleError, match="not a JSON object"):
        register(registry, name, bundle)
    (bundle / "card.json").write_text("{")
    with pytest.raises(BundleError, match="not JSON"):
        register(registry, name, bundle)
    (bundle / "model.onnx").unlink()
    with pytest.raises(BundleError, match=r"lacks model.onnx"):
        register(registry, name, bundle)
    assert registry.versions(name) == []


def test_more_params_and_tags_than_mlflow_takes_at_once_are_kept(registry: Registry, name: str, tmp_path: Path) -> None:
    params = {f"p{i}": i for i in range(230)}
    (tmp_path / "plots" / "deep").mkdir(parents=True)
    (tmp_path / "plots" / "deep" / "curve.json").write_text("{}")
    (tmp_path / "dvc.lock").write_text("schema: '2.0'")
    bundle = make_bundle(tmp_path / "b")
    version = registry.register(
        name, bundle, {"cer": 0.1}, params, {"a": "b"}, artifacts=[tmp_path / "plots", tmp_path / "dvc.lock"]
    )
    run = registry._rest.get("runs/get", run_id=registry.version(name, version).run_id or "")["run"]
    assert len(run["data"]["params"]) == 230 and run["info"]["status"] == "FINISHED"
    registry._rest.download(run["info"]["artifact_uri"] + "/plots/deep/curve.json", tmp_path / "back")
    assert (tmp_path / "back").read_text() == "{}"


def test_mlflows_own_client_finds_what_we_registered(
    registry: Registry, name: str, mlflow_url: str, tmp_path: Path
) -> None:
    registry.deploy(name, Deployment(epoch=1, champion=register(registry, name, make_bundle(tmp_path / "b"))))
    program = """if True:
        import sys, mlflow
        url, name = sys.argv[1:]
        client = mlflow.MlflowClient(url)
        version = client.get_model_version_by_alias(name, "champion")
        run = client.get_run(version.run_id)
        mlflow.set_tracking_uri(url)
        folder = mlflow.artifacts.download_artifacts(f"models:/{name}@champion")
        print(version.version, run.data.params, run.data.metrics, open(folder + "/model.onnx").read(), sep="|")
    """
    done = subprocess.run([sys.executable, "-c", program, mlflow_url, name], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "1|{'fit.epochs': '3'}|{'cer': 0.05}|network", done.stderr


def test_a_server_that_is_away_is_unavailable(tmp_path: Path) -> None:
    away = Registry(f"http://127.0.0.1:{free_port()}", timeout=2)
    with closing(away), pytest.raises(RegistryUnavailable, match="is it running"):
        away.deployment("text")


def test_a_server_without_proxied_artefacts_is_refused_by_name(registry: Registry, tmp_path: Path) -> None:
    with pytest.raises(RegistryRefused, match="--serve-artifacts"):
        registry._rest.download("file:///somewhere", tmp_path / "x")


def test_the_registry_is_light_to_import() -> None:
    program = "import sys, longhand.registry.registry; print({'mlflow', 'pandas', 'numpy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
