"""How far the models have come with corrections, over HTTP."""

from longhand.contracts.accounts import Role
from longhand.contracts.learning import Step
from longhand.contracts.models import ModelName
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.state import open_engine
from services.training.chain.chains import Chains, Origin, Work
from services.training.settings import TrainingSettings
from tests.service import Client

LAST = 'longhand_learning_chains{model="characters",step="serving"} 1.0'


async def test_admins_see_the_chains_newest_first_and_they_are_measured(
    client: Client, settings: TrainingSettings
) -> None:
    engine = open_engine(settings.state_url)
    chains = Chains(JobStore(engine, "trn"))
    for number in (1, 2):
        work = Work("fine-tune", {"model": "characters", "dataset": str(number) * 64})
        assert chains.begin(Origin(number, str(number) * 64, 30, 1000.0), {ModelName("characters"): work})
    assert not chains.begin(Origin(2, "2" * 64, 30, 1000.0), {ModelName("characters"): work})
    assert chains.move(chains.open()[0], Step.SERVING, version=7)
    engine.dispose()

    first = (await client.get("/learning?limit=1")).json()
    second = (await client.get(f"/learning?limit=1&cursor={first['next']}")).json()
    assert [(one["gathering"], one["step"]) for one in (first["items"] + second["items"])] == [
        (2, "learning"),
        (1, "serving"),
    ]
    assert second["items"][0]["version"] == 7 and second["next"] is None
    metrics = (await client.get("/metrics")).text
    assert LAST in metrics and 'longhand_learning_seconds{model="characters"}' in metrics
    assert (await client.get("/learning?cursor=x")).status_code == 422
    assert (await client.be("rita", Role.REVIEWER).get("/learning")).status_code == 403


async def test_everybody_may_ask_how_far_a_model_has_come_with_a_gathering(
    client: Client, settings: TrainingSettings
) -> None:
    engine = open_engine(settings.state_url)
    chains = Chains(JobStore(engine, "trn"))
    for number in (1, 2, 3):
        work = Work("fine-tune", {"model": "characters", "dataset": str(number) * 64})
        assert chains.begin(Origin(number, str(number) * 64, 30, 1000.0), {ModelName("characters"): work})
    first, second, _ = chains.open()
    client.be("ann", Role.USER)

    async def follow(gathering: int, model: str = "characters") -> dict[str, object]:
        found: dict[str, object] = (await client.get(f"/learning/{model}/{gathering}")).json()
        return found

    chains.move(first, Step.SUPERSEDED)
    assert (await follow(1))["gathering"] == 3
    chains.move(second, Step.SERVING, version=7)
    assert [(await follow(number))["gathering"] for number in (1, 2, 3)] == [2, 2, 3]
    assert await follow(4) is None and await follow(1, "text") is None
    engine.dispose()
