"""A challenger that the gate has refused, where training keeps such decisions."""

import json
import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from docs.environment import ROOT
from longhand.contracts.gates import GateBudget, GateChange, GateComparison, GateMaterial, GateRecord, GateRule
from longhand.registry.registry import Registry
from longhand.servicekit.state import open_engine
from services.training.gate.records import Gates
from tests.browser.drawing import picture
from tests.platform import RunningPlatform


def challenge(platform: RunningPlatform, tmp_path: Path) -> int:
    """A further version of `characters`, which the gate has refused; the decision stands where training keeps it."""
    bundle = shutil.copytree(ROOT / "bundles" / "characters", tmp_path / "bundle")
    card = json.loads((bundle / "card.json").read_text())
    metrics = {name: 0.97 * value if name.endswith(".exact") else value for name, value in card["metrics"].items()}
    (bundle / "card.json").write_text(json.dumps(card | {"metrics": metrics}))
    with closing(Registry(platform.url("mlflow"))) as registry:
        version = registry.register("characters", bundle, metrics, {}, {"started_from": "characters/1"})
    with platform.client() as client:
        file = picture(tmp_path / "a.png", "a").read_bytes()
        reading = client.post("/predict", files={"file": file}, data={"task": "character"}).json()["id"]
    engine = open_engine(f"sqlite:///{platform.var}/training/state.db")
    Gates(engine).keep(refusal(version, reading), {reading: "0" * 64})
    engine.dispose()
    return version


def refusal(version: int, reading: str) -> GateRecord:
    material = GateMaterial(pictures=412, groups=57)
    rule = GateRule(
        margin=0.003, slice_margin=0.01, wide_margin=0.02, level=0.025, draws=9, fewest=9, enough=30, seed=20
    )  # fmt: skip
    lost = GateComparison(
        name="set mnist", claim="no_loss", pictures=412, by="group", units=57, champion=0.08, challenger=0.101,
        difference=0.021, low=0.004, high=0.035, margin=0.01, p=0.01, holds=False,
    )  # fmt: skip
    return GateRecord(
        model="characters", version=version, champion=1, passed=False, summary="It loses 2.10 points on the slice.",
        decided_at=datetime.now(UTC), by="admin1", gate_set=material, corrections=material, rule=rule,
        comparisons=[lost], budgets=[GateBudget(name="bytes", champion=1, challenger=1, most=2, holds=True)],
        changed=[GateChange(id=reading, source="corrections", champion=1, challenger=0)],
    )  # fmt: skip
