"""What ingestion knows of where readings come from."""

from longhand.contracts.accounts import Role
from longhand.samples.files import Files
from longhand.samples.journal import Journal
from longhand.samples.versions import Line, Versions
from longhand.servicekit.state import open_engine
from services.ingestion.settings import IngestionSettings
from tests.ingestion.test_readings import make_reading, put
from tests.service import Client


async def test_corrections_in_a_version_are_counted_and_never_shown(
    client: Client, settings: IngestionSettings
) -> None:
    for id, by in (("r-1", "ann"), ("r-2", "bob"), ("r-3", "ann")):
        assert await put(client, make_reading(id, by)) == 201
    key = make_reading().picture
    lines = [Line(key, "Gent", "w", "train", "corrections", id) for id in ("r-1", "r-2")]
    lines.append(Line(key, "Bern", "w", "train", "imported", "r-3"))
    frozen = Versions(Files(settings.store_url)).freeze("corrections", lines, {}).version
    answer = await client.be("ann", Role.USER).get(f"/datasets/{frozen}/use")
    assert answer.json() == {"version": frozen, "frozen": True, "corrections": 2, "own": 1}
    unknown = await client.get(f"/datasets/{'0' * 64}/use")
    assert (unknown.json()["frozen"], unknown.json()["corrections"]) == (False, 0)


async def test_the_readings_of_a_version_are_counted_for_admins(client: Client, settings: IngestionSettings) -> None:
    for number in range(3):
        await put(client, make_reading(f"r-{number}"))
    engine = open_engine(settings.state_url)
    Journal(engine).correct("r-1", "Gent", "ann")
    engine.dispose()
    assert (await client.get("/models/text/3/readings")).status_code == 403
    client.be("ada", Role.ADMIN)
    assert (await client.get("/models/text/3/readings")).json() == {"readings": 3, "corrected": 1}
    assert (await client.get("/models/text/4/readings")).json() == {"readings": 0, "corrected": 0}
