"""Where a reading comes from, and the reading once more by the version that made it."""

from hashlib import sha256
from typing import Any

import pytest

from tests.gateway.conftest import World, eventually


async def lineage(world: World, id: str, name: str = "user1") -> dict[str, Any]:
    answer = await world.call(name, "GET", f"/readings/{id}/lineage")
    assert answer.is_success, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def replay(world: World, id: str, **content: Any) -> dict[str, Any]:
    answer: dict[str, Any] = (await world.call("user1", "POST", f"/readings/{id}/replay", **content)).json()
    return answer


@pytest.mark.parametrize("delivered", [True, False])
async def test_a_lineage_goes_from_the_picture_to_all_data_that_the_version_learned_from(
    world: World, delivered: bool
) -> None:
    world.ingestion.away = not delivered
    id = (await world.predict(data={"charset": "digits", "spaces": "true"})).json()["id"]
    if delivered:
        await world.delivered()
    found = await lineage(world, id)
    assert (found["picture"], found["delivered"]) == (sha256(b"word").hexdigest(), delivered)
    assert found["terms"] | {"charset": "digits", "spaces": True, "lexicon": None} == found["terms"]
    assert (found["model"], found["origin"]["run_id"]) == ({"name": "text", "version": 3}, "r7")
    assert found["origin"]["started_from"]["version"] == 1
    if delivered:
        assert [(one["version"], one["frozen"]) for one in found["datasets"]] == [("frozen", True), ("recipe", False)]
        assert (found["datasets"][0]["corrections"], found["datasets"][0]["own"]) == (5, 2)
    assert found["missing"] == ([] if delivered else ["ingestion"])


async def test_a_lineage_is_shown_without_what_is_away(world: World) -> None:
    id = (await world.predict()).json()["id"]
    await world.delivered()
    world.training.away = True
    found = await lineage(world, id, "reviewer1")
    assert (found["origin"], found["datasets"], found["missing"]) == (None, [], ["training"])


async def test_the_readings_of_others_have_no_lineage_and_are_not_read_again(world: World) -> None:
    id = (await world.predict("admin1")).json()["id"]
    for method, path in (("GET", "lineage"), ("POST", "replay")):
        assert (await world.call("user1", method, f"/readings/{id}/{path}")).status_code == 404
        assert (await world.call("reviewer1", method, f"/readings/{id}/{path}")).status_code == 200


async def test_a_version_says_what_it_has_read_and_learned_from(world: World) -> None:
    found = (await world.call("admin1", "GET", "/models/text/3")).json()
    assert (found["version"], found["read"]) == (3, {"readings": 7, "corrected": 3})
    assert [one["version"] for one in found["datasets"]] == ["frozen", "recipe"]
    world.ingestion.away = True
    assert (await world.call("admin1", "GET", "/models/text/3")).json()["read"] is None


@pytest.mark.parametrize("delivered", [True, False])
async def test_a_reading_is_read_again_by_its_version_on_its_terms(world: World, delivered: bool) -> None:
    world.ingestion.away = not delivered
    id = (await world.predict(data={"charset": "36", "spaces": "true"})).json()["id"]
    if delivered:
        await world.delivered()
    found = await replay(world, id)
    assert (found["same"], found["differences"], found["reading"]["id"]) == (True, [], id)
    assert world.prediction.replayed == [("text", 3, "36", True, True)]


async def test_a_replay_says_where_it_differs(world: World) -> None:
    id = (await world.predict()).json()["id"]
    world.prediction.changed = {"confidence": 0.895}
    assert (await replay(world, id))["same"]
    world.prediction.changed = {"confidence": 0.6, "decision": "review"}
    found = await replay(world, id)
    assert found["differences"] == [
        {"field": "decision", "before": "accept", "now": "review"},
        {"field": "confidence", "before": 0.9, "now": 0.6},
    ]


async def test_a_named_lexicon_is_sent_again_where_it_is_not_known(world: World) -> None:
    world.ingestion.keep("towns", ["word", "Bern"])
    id = (await world.predict(data={"lexicon": "towns", "strict": "false"})).json()["id"]
    world.prediction.lexicons.clear()
    found = await replay(world, id)
    assert found["same"] and found["reading"]["lexicon"]["name"] == "towns"
    assert world.prediction.replayed[-1] == ("text", 3, "full", False, False)


async def test_candidates_have_to_be_sent_again(world: World) -> None:
    id = (await world.predict(data={"candidates": '["word", "Bern"]'})).json()["id"]
    world.prediction.lexicons.clear()
    refused = await world.call("user1", "POST", f"/readings/{id}/replay")
    assert (refused.status_code, refused.json()["code"]) == (409, "candidates_needed")
    assert (await replay(world, id, json={"candidates": ["word", "Bern"]}))["same"]


async def test_a_vocabulary_counts_as_long_as_it_is_the_same(world: World) -> None:
    world.ingestion.words["user1"] = ["Müller"]
    id = (await world.predict()).json()["id"]
    world.prediction.vocabularies.clear()
    assert (await replay(world, id))["same"]
    assert world.prediction.recalled[-1][1] == "1\tMüller"
    world.prediction.vocabularies.clear()
    world.ingestion.words["user1"] = ["Müller", "Genf"]
    found = await replay(world, id)
    assert [(one["field"], one["now"]) for one in found["differences"]] == [("vocabulary", "")]


async def test_what_is_gone_is_said_to_be(world: World) -> None:
    id = (await world.predict()).json()["id"]
    world.prediction.gone = True
    gone = await world.call("user1", "POST", f"/readings/{id}/replay")
    assert (gone.status_code, gone.json()["code"]) == (410, "version_gone")
    await world.delivered()
    await eventually(lambda: not world.gateway.shelf.of("user1"))
    world.ingestion.pictureless = True
    gone = await world.call("user1", "POST", f"/readings/{id}/replay")
    assert (gone.status_code, gone.json()["code"]) == (410, "picture_gone")
