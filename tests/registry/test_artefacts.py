"""What runs keep beside their bundles, from a real MLflow server."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from longhand.registry.artefacts import Artefacts
from longhand.registry.errors import NotRegistered
from longhand.registry.registry import Registry
from tests.registry.test_registry import make_bundle

HISTORY = [{"epoch": 1, "loss": 2.5, "best": True, "note": "first"}, {"epoch": 2, "loss": 1.25}]


def test_a_run_tells_how_it_learned_and_what_it_confuses(mlflow_url: str, tmp_path: Path) -> None:
    (tmp_path / "history.json").write_text(json.dumps(HISTORY))
    (tmp_path / "confusion.png").write_bytes(b"pixels")
    kept = [tmp_path / "history.json", tmp_path / "confusion.png"]
    with closing(Registry(mlflow_url)) as registry, closing(Artefacts(mlflow_url)) as artefacts:
        bundle = make_bundle(tmp_path / "b", b"artefacts")
        version = registry.register("learned", bundle, {}, {}, {}, kept)
        run = registry.version("learned", version).run_id
        curve = artefacts.curve(run)
        assert ([(one["epoch"], one["loss"]) for one in curve.epochs], curve.confusion) == ([(1, 2.5), (2, 1.25)], True)
        assert "note" not in curve.epochs[0]
        assert artefacts.confusion(run) == b"pixels"


def test_a_version_that_was_not_trained_here_has_neither(mlflow_url: str, tmp_path: Path) -> None:
    with closing(Registry(mlflow_url)) as registry, closing(Artefacts(mlflow_url)) as artefacts:
        version = registry.register("shipped", make_bundle(tmp_path / "b", b"neither"), {}, {}, {})
        for run in (registry.version("shipped", version).run_id, None):
            curve = artefacts.curve(run)
            assert (curve.epochs, curve.confusion) == ([], False)
            with pytest.raises(NotRegistered, match="no confusion matrix"):
                artefacts.confusion(run)
