"""The review queue through the gateway."""

import pytest

from tests.gateway.conftest import World

QUEUE = [("GET", "/review"), ("POST", "/review/claims"), ("POST", "/review/r-1/claim"), ("DELETE", "/review/r-1/claim")]


@pytest.mark.parametrize(("method", "path"), QUEUE)
async def test_the_queue_is_for_reviewers_and_admins(world: World, method: str, path: str) -> None:
    content = {"json": {"limit": 5}} if path.endswith("claims") else {}
    assert (await world.call("user1", method, path, **content)).status_code == 403
    for name in ("reviewer1", "admin1"):
        answer = await world.call(name, method, path, **content)
        assert answer.status_code == (204 if method == "DELETE" else 200)
    assert world.ingestion.reviewed == [f"{method} by reviewer1", f"{method} by admin1"]


async def test_more_than_can_be_asked_for_is_refused(world: World) -> None:
    for params in ({"limit": 101}, {"limit": 0}, {"task": "page"}, {"writer": "w1"}):
        assert (await world.call("reviewer1", "GET", "/review", params=params)).status_code == 422
