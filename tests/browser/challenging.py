"""A challenger that the gate has refused, where training keeps such decisions."""

import json
import shutil
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, expect

from docs.environment import ROOT
from longhand.contracts.gates import (
    GateBin,
    GateBudget,
    GateChange,
    GateComparison,
    GateMaterial,
    GateRecord,
    GateReliability,
    GateRule,
)
from longhand.contracts.jobs import Job, JobStatus
from longhand.registry.registry import Registry
from longhand.servicekit.state import open_engine
from services.training.gate.material import GatePicture, open_gate_set
from services.training.gate.records import Gates
from tests.browser.drawing import picture
from tests.platform import RunningPlatform

SURE = [
    GateBin(low=0.6, high=0.7, confidence=0.66, right=0.61, pictures=18),
    GateBin(low=0.9, high=1.0, confidence=0.97, right=0.96, pictures=300),
]


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
    drawn = open_gate_set("characters", [], tmp_path).pictures()[-10:]
    engine = open_engine(f"sqlite:///{platform.var}/training/state.db")
    Gates(engine).keep(refusal(version, reading, [name(one) for one in drawn]), {reading: "0" * 64})
    engine.dispose()
    return version


def name(one: GatePicture) -> GateChange:
    """A picture of the gate set that became worse."""
    read = {"text": one.text, "champion_read": one.text, "challenger_read": "?"}
    return GateChange(id=one.id, source="gate set", champion=0, challenger=1, **read)


def refusal(version: int, reading: str, worse: Sequence[GateChange]) -> GateRecord:
    material = GateMaterial(pictures=412, groups=57)
    rule = GateRule(
        margin=0.003, slice_margin=0.01, wide_margin=0.02, level=0.025, draws=9, fewest=9, enough=30, seed=20
    )  # fmt: skip
    lost = GateComparison(
        name="set mnist", claim="no_loss", pictures=412, by="group", units=57, champion=0.08, challenger=0.101,
        difference=0.021, low=0.004, high=0.035, margin=0.01, p=0.01, holds=False,
    )  # fmt: skip
    mended = GateChange(
        id=reading, source="corrections", champion=1, challenger=0, text="a", champion_read="o", challenger_read="a"
    )
    return GateRecord(
        model="characters", version=version, champion=1, passed=False, summary="It loses 2.10 points on the slice.",
        decided_at=datetime.now(UTC), by="admin1", gate_set=material, corrections=material, rule=rule,
        comparisons=[lost], budgets=[GateBudget(name="bytes", champion=1, challenger=1, most=2, holds=True)],
        reliability=GateReliability(champion=SURE, challenger=SURE[1:]), changed=[mended, *worse],
    )  # fmt: skip


def answer_job(page: Page, version: int) -> None:
    """Let the page be told of a job that asked the gate, and was refused."""
    now, result = datetime.now(UTC), {"model": "characters", "version": version, "champion": 1, "passed": False}
    job = Job(
        id="trn-1", kind="gate", status=JobStatus.SUCCEEDED, by="admin1", created_at=now, finished_at=now, result=result
    )
    page.route("**/jobs/trn-1", lambda route: route.fulfill(json=job.model_dump(mode="json")))
    page.route("**/jobs/trn-1/log", lambda route: route.fulfill(body="done"))


def look_at_decision(page: Page) -> None:
    """What the refusal says: its numbers, how sure both were, and the pictures that they read differently well."""
    reasons = page.locator(".gate .reasons")
    expect(reasons).to_have_text("set mnist: 2.1 points more errors in 412 pictures; at most 1 allowed.")
    expect(page.locator("lh-interval svg")).to_have_attribute("aria-label", "0.40% … 3.50%")
    expect(page.locator("lh-reliability circle")).to_have_count(2)
    expect(page.locator("lh-reliability rect")).to_have_count(1)
    row = page.locator(".gate tr", has_text="90–100%")
    expect(row.locator("td")).to_have_text(["97.0%", "96.0%", "300", "97.0%", "96.0%", "300"])
    assert page.locator(".gate lh-picture").count() == 0  # nothing is fetched before it is asked for
    page.get_by_text("Read better: 1").click()
    expect(page.locator(".changed details").first.locator("dd .text")).to_have_text(["a", "o", "a"])
    page.get_by_text("Read worse: 10").click()
    worse = page.locator(".changed details").last
    expect(worse.locator("li")).to_have_count(8)
    worse.get_by_role("button", name="Show more").click()
    expect(worse.locator("li")).to_have_count(10)
    for number in (0, 9):
        worse.locator("lh-picture").nth(number).scroll_into_view_if_needed()
        expect(worse.locator("lh-picture").nth(number).locator("img")).to_be_visible()
    expect(worse.get_by_role("button", name="Show more")).to_have_count(0)
    expect(page.locator(".changed a img")).to_be_visible()
    page.locator("lh-reliability").scroll_into_view_if_needed()
