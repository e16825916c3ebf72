"""What becomes of a correction, step by step."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from longhand.contracts.adaptations import OwnModel, OwnModels
from longhand.contracts.corrections import Correction
from longhand.contracts.learning import Learning, Step
from longhand.contracts.readings import NewReading, StoredReading
from longhand.contracts.steps import CorrectionPart, CorrectionUse, WordsUse
from services.gateway.forwarding.stages import describe_chain, describe_own
from tests.gateway.conftest import World, eventually
from tests.gateway.training import MADE

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def use(**changed: Any) -> CorrectionUse:
    return CorrectionUse(taken_at=NOON, words=WordsUse.LEARNED, part=CorrectionPart.TEACHES).model_copy(update=changed)


def own(**changed: Any) -> OwnModel:
    late = NOON + timedelta(seconds=6)
    made = OwnModel(model="text", version=3, adapter="a" * 64, corrections=1, reason="", corrected_at=NOON, at=late)
    return made.model_copy(update=changed)


def chain(step: Step, version: int | None = 4) -> Learning:
    moments = {"first_at": NOON, "begun_at": NOON, "changed_at": NOON + timedelta(hours=1)}
    known = {"number": 1, "gathering": 2, "model": "text", "dataset": "abc", "corrections": 30}
    return Learning.model_validate(known | moments | {"step": step, "version": version})


async def corrected(world: World, by: str = "user1", sender: str = "user1") -> str:
    """A delivered reading whose correction was made at noon."""
    id: str = (await world.predict(sender)).json()["id"]
    await world.delivered()
    await eventually(lambda: not world.gateway.shelf.of(sender))
    reading, picture = world.ingestion.readings[id]
    said = Correction(text="world", by=by, at=NOON)
    amended = NewReadingWithCorrection.model_validate(dict(reading) | {"correction": said})
    world.ingestion.readings[id] = amended, picture
    return id


class NewReadingWithCorrection(NewReading, StoredReading):
    """What ingestion shows of a reading that was corrected."""


async def steps(world: World, id: str, name: str = "user1") -> dict[str, tuple[str, str | None]]:
    found = (await world.call(name, "GET", f"/readings/{id}/correction/steps")).json()
    return {one["stage"]: (one["state"], one["reason"]) for one in found["steps"]}


async def test_all_steps_are_done_where_everybodys_model_serves_what_it_learned(world: World) -> None:
    id = await corrected(world)
    world.ingestion.uses[id] = use(gathering=2, dataset="abc", gathered_at=NOON + timedelta(minutes=1))
    world.training.own, world.training.chain = OwnModels(items=[own()]), chain(Step.SERVING)
    found = (await world.call("user1", "GET", f"/readings/{id}/correction/steps")).json()
    assert found["settled"] and [(one["state"], one["detail"]) for one in found["steps"]] == [
        ("done", ""), ("done", ""), ("done", ""), ("done", "abc"), ("done", "4"), ("done", "4")
    ]  # fmt: skip
    moments = [datetime.fromisoformat(one["at"]) for one in found["steps"]]
    assert [moment - NOON for moment in moments if moment != MADE] == [
        timedelta(seconds=seconds) for seconds in (0, 0, 6, 60, 3600)
    ]


async def test_what_was_just_corrected_waits_for_the_next_gathering(world: World) -> None:
    id = await corrected(world)
    world.ingestion.uses[id] = use()
    found = await steps(world, id)
    assert found["own_model"] == ("waiting", "adapting")
    assert {found[stage] for stage in ("dataset", "version", "serving")} == {("waiting", "gathering")}
    assert not (await world.call("user1", "GET", f"/readings/{id}/correction/steps")).json()["settled"]


async def test_an_undelivered_correction_waits_for_its_delivery(world: World) -> None:
    world.ingestion.away = True
    id = (await world.predict()).json()["id"]
    await world.call("user1", "POST", f"/readings/{id}/correction", json={"text": "world"})
    found = await steps(world, id)
    assert found.pop("received") == ("done", None) and set(found.values()) == {("waiting", "undelivered")}


async def test_services_that_are_away_leave_their_steps_open(world: World) -> None:
    id = await corrected(world)
    world.ingestion.uses[id] = use(gathering=2, dataset="abc", gathered_at=NOON)
    world.training.away = True
    found = await steps(world, id)
    assert (found["vocabulary"][0], found["dataset"][0]) == ("done", "done")
    assert {found[stage][0] for stage in ("own_model", "version", "serving")} == {"unknown"}


async def test_nobody_is_told_what_others_learned_from_a_correction(world: World) -> None:
    id = await corrected(world, by="reviewer1")
    world.ingestion.uses[id] = use()
    assert (await steps(world, id))["vocabulary"] == ("skipped", "not_yours")
    mine = await steps(world, id, "reviewer1")
    assert (mine["vocabulary"][0], mine["own_model"]) == ("done", ("skipped", "not_yours"))
    others = await corrected(world, sender="admin1")
    assert (await world.call("user1", "GET", f"/readings/{others}/correction/steps")).status_code == 404


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (CorrectionPart.UNTRUSTED, ("waiting", "untrusted")),
        (CorrectionPart.JUDGES, ("skipped", "judges")),
        (CorrectionPart.NO_TEXT, ("skipped", "no_text")),
    ],
)
async def test_it_is_said_why_a_correction_teaches_nobody_else(
    world: World, part: CorrectionPart, expected: tuple[str, str]
) -> None:
    id = await corrected(world)
    world.ingestion.uses[id] = use(part=part, words=WordsUse.NONE)
    found = await steps(world, id)
    assert (found["vocabulary"], found["dataset"], found["serving"]) == (("skipped", "no_words"), expected, expected)


async def test_without_a_correction_there_are_no_steps(world: World) -> None:
    world.ingestion.away = True
    id = (await world.predict()).json()["id"]
    found = (await world.call("user1", "GET", f"/readings/{id}/correction/steps")).json()
    assert found == {"id": id, "corrected_at": None, "settled": False, "steps": []}  # one may be on its way
    world.ingestion.away = False
    await world.delivered()
    await eventually(lambda: not world.gateway.shelf.of("user1"))
    assert (await world.call("user1", "GET", f"/readings/{id}/correction/steps")).json()["settled"]


async def test_an_own_model_may_be_refused_or_forgotten(world: World) -> None:
    id = await corrected(world)
    reading = StoredReading.model_validate(dict(world.ingestion.readings[id][0]))
    said = Correction(text="world", by="user1", at=NOON)
    refused = describe_own(reading, said, OwnModels(items=[own(adapter=None, reason="It is worse.")]), alone=True)
    assert (refused.state, refused.detail) == ("ended", "It is worse.")
    forgotten = describe_own(reading, said, OwnModels(since=NOON + timedelta(seconds=1)), alone=True)
    assert (forgotten.state, forgotten.reason) == ("ended", "forgotten")
    later = describe_own(reading, said, OwnModels(items=[own(corrected_at=NOON + timedelta(minutes=1))]), alone=True)
    assert (later.state, later.at) == ("done", None)


@pytest.mark.parametrize(
    ("step", "version", "expected"),
    [
        (Step.LEARNING, None, [("waiting", "learning"), ("waiting", "learning")]),
        (Step.JUDGING, 4, [("done", None), ("waiting", "judging")]),
        (Step.TRYING, 4, [("done", None), ("waiting", "trying")]),
        (Step.REFUSED, 4, [("done", None), ("ended", "refused")]),
        (Step.FAILED, None, [("ended", "failed"), ("ended", "failed")]),
    ],
)
def test_a_chain_says_how_far_everybodys_model_is(
    step: Step, version: int | None, expected: list[tuple[str, str | None]]
) -> None:
    assert [(one.state, one.reason) for one in describe_chain(chain(step, version), None)] == expected
