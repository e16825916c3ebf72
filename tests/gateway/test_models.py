"""Promotions, roll backs and personal versions through the gateway, and what the audit log says of them."""

import pytest

from tests.gateway.conftest import World


async def audited(world: World) -> list[tuple[str, str]]:
    items = (await world.call("admin1", "GET", "/audit?limit=50")).json()["items"]
    return [(entry["action"], entry["detail"]) for entry in items if entry["action"].startswith("model.")]


async def test_the_audit_log_says_from_which_version_to_which(world: World) -> None:
    await world.call("admin1", "POST", "/models/text/promote", json={"version": 7})
    await world.call("admin1", "POST", "/models/text/rollback")
    assert await audited(world) == [
        ("model.rolled-back", "from version 7 to version 1, epoch 3"),
        ("model.promoted", "from version 1 to version 7, epoch 2"),
    ]


async def test_the_audit_log_keeps_why_the_gate_was_passed_over(world: World) -> None:
    body = {"version": 7, "reason": "The gate set holds no Latin."}
    assert (await world.call("admin1", "POST", "/models/text/promote", json=body)).is_success
    assert await audited(world) == [
        ("model.promoted", "from version 1 to version 7, epoch 2; reason: The gate set holds no Latin.")
    ]
    short = await world.call("admin1", "POST", "/models/text/promote", json={"version": 7, "reason": ""})
    assert (short.status_code, short.json()["code"]) == (422, "invalid")


async def test_an_admin_asks_for_the_gate_and_sees_what_it_decided(world: World) -> None:
    asked = await world.call("admin1", "POST", "/models/text/2/gate")
    assert (asked.status_code, asked.json()["kind"]) == (202, "gate")
    shown = await world.call("admin1", "GET", "/models/text/2/gate")
    assert shown.json()["reasons"] == ["It is worse."]
    items = (await world.call("admin1", "GET", "/audit?limit=50")).json()["items"]
    assert [(e["subject"], e["detail"]) for e in items if e["action"] == "gate.asked"] == [
        ("text", f"version 2: {asked.json()['id']}")
    ]


async def test_an_admin_sees_the_pictures_that_a_decision_names(world: World) -> None:
    path = "/models/text/2/gate/picture"
    shown = await world.call("admin1", "GET", path, params={"id": "dhsd/images/Straße 1.png"})
    assert (shown.content, shown.headers["content-type"]) == (b"pixels", "image/png")
    other = await world.call("admin1", "GET", path, params={"id": "dhsd/../2.png"})
    assert (other.status_code, other.json()["detail"]) == (404, "The decision names no picture dhsd/../2.png.")
    assert (await world.call("reviewer1", "GET", path, params={"id": "dhsd/images/Straße 1.png"})).status_code == 403


async def test_a_change_that_is_asked_for_again_is_noted_once(world: World) -> None:
    await world.call("admin1", "POST", "/models/text/promote", json={"version": 7})
    for _ in range(3):
        answer = await world.call("admin1", "POST", "/models/text/rollback", headers={"Idempotency-Key": "k1"})
        assert (answer.json()["champion"], answer.json()["replaced"]) == (1, 7)
    assert len(await audited(world)) == 2


async def test_a_promotion_that_changes_nothing_is_not_noted(world: World) -> None:
    answer = await world.call("admin1", "POST", "/models/text/promote", json={"version": 1})
    assert answer.is_success and await audited(world) == []


@pytest.mark.parametrize("version", [2**31, 2**63, 10**30, 0])
async def test_a_version_that_cannot_be_is_refused_by_the_gateway(world: World, version: int) -> None:
    for method, path in (("POST", "/models/text/promote"), ("PUT", "/models/text/personal/user1")):
        answer = await world.call("admin1", method, path, json={"version": version})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert (await world.call("admin1", "GET", f"/models/text/{version}")).status_code == 422


async def test_an_admin_gives_a_person_a_version_of_their_own(world: World) -> None:
    answer = await world.call("admin1", "PUT", "/models/text/personal/user1", json={"version": 2})
    assert answer.json()["version"] == 2
    assert (await world.call("admin1", "GET", "/models/text/personal")).json()["items"][0]["user"] == "user1"
    await world.call("admin1", "PUT", "/models/text/personal/user1", json={"version": None})
    assert [detail for _, detail in await audited(world)] == ["user1: that of everybody", "user1: version 2"]
    nobody = await world.call("admin1", "PUT", "/models/text/personal/nobody", json={"version": 2})
    assert (nobody.status_code, nobody.json()["code"]) == (404, "unknown_user")


async def test_how_a_version_learned_and_what_it_confuses_is_shown_to_admins(world: World) -> None:
    curve = await world.call("admin1", "GET", "/models/text/2/curve")
    assert curve.json() == {"epochs": [{"epoch": 1, "loss": 0.5}], "confusion": True}
    confusion = await world.call("admin1", "GET", "/models/text/2/confusion")
    assert (confusion.content, confusion.headers["content-type"]) == (b"pixels", "image/png")
    for path in ("/models/text/2/curve", "/models/text/2/confusion"):
        assert (await world.call("reviewer1", "GET", path)).status_code == 403
