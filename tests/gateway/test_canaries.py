"""A challenger on trial, through the gateway, and what the audit log says of it."""

from longhand.contracts.canaries import CanaryState
from services.gateway.forwarding.decisions import Decisions
from tests.gateway.conftest import World
from tests.gateway.test_models import audited


async def test_a_trial_is_started_shown_and_stopped_by_an_admin(world: World) -> None:
    started = await world.call("admin1", "POST", "/models/text/canary", json={"version": 2, "share": 0.5})
    assert (started.status_code, started.json()["by"]) == (200, "admin1")
    assert (await world.call("admin1", "GET", "/models/text/canary")).json() == started.json()
    assert (await world.call("admin1", "DELETE", "/models/text/canary")).json()["state"] == "stopped"
    assert await audited(world) == [
        ("model.canary-stopped", "canary 1: version 2"),
        ("model.challenged", "canary 1: version 2, share 0.5, canary"),
    ]


async def test_trials_and_decisions_of_the_gate_are_listed(world: World) -> None:
    started = (await world.call("admin1", "POST", "/models/text/canary", json={"version": 2})).json()
    listed = await world.call("admin1", "GET", "/canaries?model=text&limit=5")
    assert listed.json() == {"items": [started], "next": None}
    assert (await world.call("admin1", "GET", "/canaries?model=characters")).json()["items"] == []
    gates = (await world.call("admin1", "GET", "/gates?model=text")).json()["items"]
    assert [(one["version"], one["passed"]) for one in gates] == [(2, False)]
    for path in ("/canaries", "/gates", "/recipes/starter"):
        assert (await world.call("reviewer1", "GET", path)).status_code == 403


async def test_what_a_recipe_offers_is_shown(world: World) -> None:
    shown = await world.call("admin1", "GET", "/recipes/full")
    assert (shown.status_code, shown.json()["name"]) == (200, "full")
    assert (await world.call("admin1", "GET", "/recipes/other")).status_code == 422


async def test_only_an_admin_puts_a_version_on_trial_and_half_of_the_readings_is_the_most(world: World) -> None:
    for method in ("GET", "POST", "DELETE"):
        body = {"json": {"version": 2}} if method == "POST" else {}
        assert (await world.call("user1", method, "/models/text/canary", **body)).status_code == 403
    answer = await world.call("admin1", "POST", "/models/text/canary", json={"version": 2, "share": 0.9})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_what_training_decides_by_itself_is_in_the_audit_log_once(world: World) -> None:
    await world.call("admin1", "POST", "/models/text/canary", json={"version": 2})
    gateway = world.gateway
    decisions = Decisions(gateway.training, gateway.audit)
    await decisions.note()
    world.training.end(CanaryState.ROLLED_BACK, "Worse by confidence.")
    for once_more in (decisions, decisions, Decisions(gateway.training, gateway.audit)):
        await once_more.note()
    entries = (await world.call("admin1", "GET", "/audit?by=longhand")).json()["items"]
    assert [(entry["action"], entry["detail"]) for entry in entries] == [
        ("model.rolled-back", "canary 1: version 2 against 1. Worse by confidence.")
    ]
    world.training.away = True
    await decisions.note()
