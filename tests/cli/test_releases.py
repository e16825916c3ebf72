"""Models for those who run them elsewhere: exported and checked, published whole or not at all."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import yaml
from typer.testing import CliRunner

from longhand.bundles.card import Card, read_card
from longhand.bundles.errors import BundleError
from longhand.cli.__main__ import app
from longhand.cli.errors import ExportDiffers, HubRefused, HubUnavailable, NoToken
from longhand.cli.exporting import compare, export
from longhand.cli.formats import Format
from longhand.cli.hub import TOKEN, publish
from longhand.inference import load
from longhand.registry.registry import Registry
from tests.bundles import glyph_guesser, stroke_counter
from tests.cli.hub import Hub, running_hub
from tests.prediction.pictures import word

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # the hub's client uploads so
SECRET = "hf_a-token-that-nobody-may-see"
METRICS = {"strokes.pictures": 1200.0, "strokes.cer": 0.0123, "strokes.exact": 0.91}
DATA = [{"name": "strokes", "title": "Drawn", "licence": "own", "source": "drawn"}]


@pytest.fixture(params=["text", "characters"])
def bundle(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    make = stroke_counter if request.param == "text" else glyph_guesser
    folder = make(tmp_path / request.param, "l")
    card = read_card(folder)
    Card(**{**vars(card), "metrics": METRICS, "data": DATA, "versions": {"keras": "3"}}).write(folder)
    return folder


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.setenv(TOKEN, SECRET)
    with running_hub(SECRET) as hub:
        yield hub


def test_an_onnx_export_reads_like_the_bundle(bundle: Path, tmp_path: Path) -> None:
    made = export(bundle, Format.ONNX, tmp_path / "out")
    assert (made.path, made.difference, made.agreement) == (tmp_path / "out" / "model.onnx", 0, 1)
    assert load(tmp_path / "out", threads=1).card == read_card(bundle)
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["card.json", "model.onnx"]


def test_an_export_that_answers_otherwise_is_refused() -> None:
    expected = np.eye(4, dtype=np.float32)
    assert compare(expected, expected + np.float32(0.0005)) == (pytest.approx(0.0005, abs=1e-6), 1)
    assert compare(expected, expected * 2) == (1, 1), "a network in eight bits names the same characters"
    with pytest.raises(ExportDiffers, match="only 0%"):
        compare(expected, np.roll(expected, 1, axis=1))
    with pytest.raises(ExportDiffers, match="where the bundle answers"):
        compare(expected, expected[:3])
    with pytest.raises(ExportDiffers):
        compare(np.ones((1, 3), np.float32) * [[0, 1, 0]], np.full((1, 3), np.nan, np.float32))


def test_weights_that_are_none_are_named_and_nothing_is_left(bundle: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["export", str(bundle), "--to", str(tmp_path / "out"), "--format", "keras"])
    assert "weights.keras is not a network" in str(result.exception)
    assert list((tmp_path / "out").iterdir()) == []
    (bundle / "weights.keras").unlink()
    with pytest.raises(BundleError, match="as onnx alone"):
        export(bundle, Format.SAVEDMODEL, tmp_path / "out")


def test_without_tensorflow_it_says_what_to_install(tmp_path: Path) -> None:
    bundle = stroke_counter(tmp_path / "text", "l")
    (tmp_path / "absent").mkdir()
    (tmp_path / "absent" / "keras.py").write_text("raise ModuleNotFoundError('No module named keras')\n")
    command = [sys.executable, "-m", "longhand.cli", "export", str(bundle), "--to", str(tmp_path / "out")]
    path = os.pathsep.join([str(tmp_path / "absent"), "src"])
    done = subprocess.run(
        [*command, "--format", "savedmodel"], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert (
        done.stderr.strip() == "To export as savedmodel, install what training needs: pip install 'longhand[training]'."
    )


def test_a_bundle_is_published_with_its_card_in_one_commit(bundle: Path, hub: Hub) -> None:
    url = publish(bundle, "ada/reader", hub.address, "apache-2.0", private=False)
    files = hub.repositories["ada/reader"]
    assert url.startswith(f"{hub.address}/ada/reader/commit/")
    assert {name: content for name, content in files.items() if name != "README.md"} == {
        name: (bundle / name).read_bytes() for name in ("model.onnx", "card.json", "weights.keras")
    }
    assert hub.private == set()


def test_the_model_card_tells_licence_metrics_and_data(bundle: Path, hub: Hub) -> None:
    publish(bundle, "ada/reader", hub.address, "apache-2.0", private=True)
    _, front, text = hub.repositories["ada/reader"]["README.md"].decode().split("---\n", 2)
    told = yaml.safe_load(front)
    assert (told["license"], told["library_name"]) == ("apache-2.0", "longhand")
    (result,) = told["model-index"][0]["results"]
    assert {m["type"]: m["value"] for m in result["metrics"]} == {"cer": 0.0123, "exact": 0.91}
    assert "| strokes | 1,200 | 91.00 % | 1.23 % |" in text and "| strokes | Drawn | own | drawn |" in text
    assert "longhand read" in text and "hf download ada/reader" in text
    assert hub.private == {"ada/reader"}


def test_publishing_again_is_a_commit_more(bundle: Path, hub: Hub) -> None:
    publish(bundle, "ada/reader", hub.address, "other", private=False)
    uploads = [call for call in hub.calls if call.startswith("PUT")]
    publish(bundle, "ada/reader", hub.address, "mit", private=False)
    assert [call for call in hub.calls if call.startswith("PUT")] == uploads, "what is there is not sent again"
    assert b"license: mit" in hub.repositories["ada/reader"]["README.md"]


def test_a_refused_token_is_a_sentence_that_does_not_tell_it(
    bundle: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(TOKEN, SECRET + "-old")
    with caplog.at_level(logging.DEBUG), pytest.raises(HubRefused) as refused:
        publish(bundle, "ada/reader", hub.address, "other", private=False)
    assert TOKEN in str(refused.value) and "Invalid credentials" in str(refused.value)
    assert SECRET not in str(refused.value) + caplog.text
    assert hub.repositories == {}


def test_a_repository_of_somebody_else_is_refused(bundle: Path, hub: Hub) -> None:
    with pytest.raises(HubRefused, match="You may not write to bob"):
        publish(bundle, "bob/reader", hub.address, "other", private=False)


def test_a_name_that_is_none_is_refused(bundle: Path, hub: Hub) -> None:
    with pytest.raises(HubRefused, match="cannot take it"):
        publish(bundle, "a/b/c", hub.address, "other", private=False)


def test_an_upload_that_is_broken_off_is_sent_again(bundle: Path, hub: Hub) -> None:
    hub.dropping = 1
    publish(bundle, "ada/reader", hub.address, "other", private=False)
    assert hub.repositories["ada/reader"]["model.onnx"] == (bundle / "model.onnx").read_bytes()


def test_a_commit_that_is_broken_off_leaves_the_repository_as_it_was(bundle: Path, hub: Hub) -> None:
    hub.hanging_up = True
    with pytest.raises(HubUnavailable, match="broke off"):
        publish(bundle, "ada/reader", hub.address, "other", private=False)
    assert hub.repositories == {"ada/reader": {}}


def test_a_hub_that_is_away_is_told(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN, SECRET)
    with pytest.raises(HubUnavailable, match="does not answer"):
        publish(bundle, "ada/reader", "http://127.0.0.1:9", "other", private=False)


def test_without_a_token_or_weights_nothing_is_sent(bundle: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    (bundle / "weights.keras").unlink()
    with pytest.raises(BundleError, match="it lacks weights"):
        publish(bundle, "ada/reader", hub.address, "other", private=False)
    monkeypatch.setenv(TOKEN, " ")
    with pytest.raises(NoToken, match=TOKEN):
        publish(bundle, "ada/reader", hub.address, "other", private=False)
    assert hub.calls == []


def test_a_registered_version_is_exported_and_published_by_name(
    hub: Hub, mlflow_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", mlflow_url)
    bundle = stroke_counter(tmp_path / "text-fast", "l")
    with closing(Registry(mlflow_url)) as registry:
        version = registry.register("text-fast", bundle, METRICS, {}, {})
    exported = CliRunner().invoke(app, ["export", f"text-fast/{version}", "--to", str(tmp_path / "out")])
    assert exported.exit_code == 0, exported.output
    assert json.loads((tmp_path / "out" / "card.json").read_text())["sha256"] == read_card(bundle).sha256
    (tmp_path / "word.png").write_bytes(word(60))
    read = CliRunner().invoke(app, ["read", str(tmp_path / "word.png"), "--model", f"text-fast/{version}"])
    assert read.exit_code == 0 and "\tll\t" in read.output
    published = CliRunner().invoke(app, ["publish", f"text-fast/{version}", "ada/reader", "--hub", hub.address])
    assert published.exit_code == 0 and f"{hub.address}/ada/reader/commit/" in published.output
    assert hub.repositories["ada/reader"]["weights.keras"] == (bundle / "weights.keras").read_bytes()
