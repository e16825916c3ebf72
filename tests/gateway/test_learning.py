"""What the models learn from: who may see it, who may ask for it, and alerts that do."""

from typing import Any

import pytest

from tests.gateway.conftest import World


def notice(status: str = "firing", **labels: str) -> dict[str, Any]:
    """What Alertmanager sends, with more than counts here."""
    return {"version": "4", "alerts": [{"status": status, "labels": labels, "startsAt": "2026-01-02T00:00:00Z"}]}


async def test_reviewers_see_what_would_be_learned_and_admins_let_it_be_learned(world: World) -> None:
    seen = await world.call("reviewer1", "GET", "/corrections?for=next")
    assert (seen.status_code, seen.json()[0]["task"]) == (200, "text")
    assert (await world.call("user1", "GET", "/corrections?for=next")).status_code == 403
    assert (await world.call("reviewer1", "GET", "/corrections")).status_code == 422

    key = {"Idempotency-Key": "k1"}
    made = [await world.call("admin1", "POST", "/corrections/gather", headers=key) for _ in range(2)]
    assert [one.status_code for one in made] == [202, 202] and made[0].json()["id"] == made[1].json()["id"]
    assert made[0].headers["location"] == f"/jobs/{made[0].json()['id']}"
    assert made[0].json()["arguments"]["reason"] == "admin"
    assert (await world.call("reviewer1", "POST", "/corrections/gather")).status_code == 403
    assert (await world.call("admin1", "GET", "/learning")).json() == {"items": [], "next": None}


@pytest.mark.parametrize(
    ("sent", "gathers"),
    [
        (notice(alertname="CorrectionsNotLearned", gather="corrections"), True),
        (notice("resolved", gather="corrections"), False),
        (notice(alertname="ServiceDown"), False),
    ],
)
async def test_an_alert_that_asks_for_it_gathers_and_no_other(
    world: World, sent: dict[str, Any], gathers: bool
) -> None:
    made = await world.call("admin1", "POST", "/api-keys", json={"label": "alerts", "scopes": ["admin:jobs"]})
    headers = {"Authorization": f"Bearer {made.json()['key']}"}
    answer = await world.client.post("/alerts", json=sent, headers=headers)
    assert (answer.status_code, bool(answer.json()["job"])) == (202, gathers)
    assert [job.arguments["reason"] for job in world.ingestion.jobs.values()] == ["alert"] * gathers


async def test_alerts_of_somebody_without_a_key_are_refused(world: World) -> None:
    assert (await world.client.post("/alerts", json=notice(gather="corrections"))).status_code == 401
    assert (await world.call("user1", "POST", "/alerts", json=notice())).status_code == 403
