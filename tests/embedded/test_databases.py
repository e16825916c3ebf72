"""State on PostgreSQL, by URL and nothing else: real programs on Debian's own server."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from longhand.contracts.jobs import JobStatus
from longhand.samples.journal import Journal
from longhand.samples.readings import Filter
from longhand.samples.rebuilding import catch_up, rebuild
from longhand.samples.record import fold
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.keys import create_keys
from longhand.servicekit.state import migrate, open_engine, open_reader, reading
from tests.databases import answers, postgres, running, wait
from tests.ports import free_port
from tests.samples.conftest import make_record
from tests.servicekit.jobs.conftest import Works, alive, until

ROOT = Path(__file__).parents[2]
COUNTED = """
import os, time
from pathlib import Path
marks = Path(os.environ["FOLDER"]) / "attempts"
with marks.open("a") as file:
    file.write("x")
if marks.read_text() == "x":
    (marks.parent / "begun").write_text(str(os.getpid()))
    time.sleep(300)
"""


@pytest.fixture(scope="module")
def state() -> Iterator[str]:
    with postgres() as url:
        yield url


@pytest.fixture
def engine(state: str) -> Iterator[Engine]:
    name = f"works_{secrets.token_hex(4)}"
    with psycopg.connect(state, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    engine = open_engine(state.replace("/postgres", f"/{name}"))
    migrate(engine, "longhand.servicekit.jobs")
    yield engine
    engine.dispose()


@pytest.fixture
def works(tmp_path: Path, engine: Engine) -> Iterator[Works]:
    state = engine.url.render_as_string(hide_password=False)
    works = Works(tmp_path, JobStore(engine, "trn"), state)
    yield works
    for worker in works.workers:
        worker.kill()
        worker.communicate()


@dataclass
class Platform:
    """A gateway, ingestion and its worker on one PostgreSQL."""

    client: httpx.Client

    def sign_in(self) -> dict[str, Any]:
        form = {"username": "admin1", "password": "1nimda"}
        tokens: dict[str, Any] = self.client.post("/token", data=form).raise_for_status().json()
        self.client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        return tokens

    def ended(self, id: str) -> dict[str, Any]:
        deadline = time.monotonic() + 90
        while (job := self.client.get(f"/jobs/{id}").raise_for_status().json())["status"] in ("queued", "running"):
            assert time.monotonic() < deadline, self.client.get(f"/jobs/{id}/log").text
            time.sleep(0.2)
        return dict(job)


@pytest.fixture
def platform(tmp_path: Path, state: str) -> Iterator[Platform]:
    create_keys(tmp_path / "keys")
    gateway, ingestion, metrics = free_port(), free_port(), free_port()
    environment = os.environ | {
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "LONGHAND_VAR": str(tmp_path),
        "LONGHAND_DEMO": "true",
        "LONGHAND_GATEWAY_PORT": str(gateway),
        "LONGHAND_GATEWAY_METRICS_PORT": str(metrics),
        "LONGHAND_GATEWAY_INGESTION_URL": f"http://127.0.0.1:{ingestion}",
        "LONGHAND_GATEWAY_STATE_URL": f"{state}?schema=gateway",
        "LONGHAND_INGESTION_PORT": str(ingestion),
        "LONGHAND_INGESTION_STATE_URL": f"{state}?schema=ingestion",
    }
    with ExitStack() as stack:
        for name in ("gateway", "ingestion", "ingestion.worker"):
            log = tmp_path / f"{name}.log"
            stack.enter_context(running([sys.executable, "-m", f"services.{name}"], log, environment))
        for name, port in (("gateway", gateway), ("ingestion", ingestion)):
            wait(lambda port=port: answers(port), tmp_path / f"{name}.log")
        client = stack.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{gateway}", trust_env=False, timeout=30))
        yield Platform(client)


def test_a_data_set_is_taken_in_and_the_accounts_live_on_postgresql(
    platform: Platform, state: str, tmp_path: Path
) -> None:
    platform.sign_in()
    job = platform.client.post("/ingest", json={"dataset": "digits"}, headers={"Idempotency-Key": "once"})
    again = platform.client.post("/ingest", json={"dataset": "digits"}, headers={"Idempotency-Key": "once"})
    assert (job.status_code, again.json()["id"]) == (202, job.json()["id"])
    ended = platform.ended(job.json()["id"])
    assert ended["status"] == "succeeded", platform.client.get(f"/jobs/{ended['id']}/log").text
    assert platform.client.get("/datasets").json()["items"]
    assert list(tmp_path.rglob("*.db")) == []
    engine = open_engine(state)
    assert {"users", "jobs"} & set(inspect(engine).get_table_names("gateway")) == {"users"}
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT count(*) FROM ingestion.jobs")) == 1
    engine.dispose()


def test_a_worker_killed_on_postgresql_costs_no_job(works: Works) -> None:
    first = works.hire()
    job = works.order(COUNTED)
    child = int(works.appears("begun"))
    first.kill()
    works.hire()
    done = works.ended(job)
    assert (done.status, done.attempt) == (JobStatus.SUCCEEDED, 2)
    assert (works.folder / "attempts").read_text() == "xx"
    until(lambda: not alive(child), "the first attempt's process is gone")
    assert works.store.counts() == {(JobStatus.SUCCEEDED, "python"): 1}


def test_readings_are_listed_corrected_and_rebuilt_on_postgresql(engine: Engine) -> None:
    migrate(engine, "services.ingestion")
    journal = Journal(engine, reading)
    for number in range(3):
        received = datetime(2026, 1, 1 + number, tzinfo=UTC)
        journal.take(make_record(f"r-{number}", text=f"Straße_{number}", received_at=received))
    assert journal.take(make_record("r-0", text="Straße_0")) is False
    journal.correct("r-1", "100% Genf", "rita")
    journal.correct("r-2", "Bern", "rita")
    journal.withdraw("r-2", "rita")
    whole = journal.readings.page()
    for asked, found in (
        (Filter(contains="STRASSE_"), ["r-2", "r-1", "r-0"]),
        (Filter(contains="0% g", corrected=True), ["r-1"]),
        (Filter(since=datetime(2026, 1, 2, tzinfo=UTC), until=datetime(2026, 1, 3, tzinfo=UTC)), ["r-1"]),
    ):
        assert [record.id for _, record in journal.readings.page(asked, before=2**63 - 1)] == found
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE readings"))
    assert rebuild(engine) == 3 and catch_up(engine) == 0
    assert journal.readings.page() == whole


def test_of_another_service_only_the_journal_can_be_seen_by_training_and_not_be_changed(engine: Engine) -> None:
    passwords = {f"{name}_DATABASE_PASSWORD": "guess" for name in ("GATEWAY", "INGESTION", "TRAINING")}
    where = {"PGHOST": str(engine.url.host), "PGPORT": str(engine.url.port)}
    names = {"POSTGRES_USER": "longhand", "POSTGRES_DB": str(engine.url.database)}
    script = ["bash", ROOT / "postgres" / "roles.sh"]
    subprocess.run(script, env=os.environ | passwords | where | names, check=True, timeout=60)
    owner, journal, accounts = (
        opening(f"postgresql://{role}@{engine.url.host}:{engine.url.port}/{engine.url.database}?schema={schema}")
        for opening, role, schema in (
            (open_engine, "ingestion", "ingestion"),
            (open_reader, "training", "ingestion"),
            (open_reader, "training", "gateway"),
        )
    )
    migrate(owner, "services.ingestion")
    Journal(owner).take(make_record())
    with reading(journal) as connection:
        assert connection.scalar(text("SELECT count(*) FROM journal")) == 2
    for refused in (
        "DELETE FROM journal",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE; DELETE FROM journal",
    ):
        with pytest.raises(DBAPIError, match=r"read-only|permission"), journal.begin() as connection:
            connection.exec_driver_sql(refused)
    with pytest.raises(ProgrammingError, match=r"does not exist|permission"), reading(accounts) as connection:
        connection.execute(text("SELECT * FROM users"))
    for opened in (owner, journal, accounts):
        opened.dispose()


def test_two_corrections_at_once_count_in_the_order_in_which_they_are_numbered(engine: Engine) -> None:
    migrate(engine, "services.ingestion")
    journal = Journal(engine, reading)
    journal.take(make_record())
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: journal.correct("r-1", str(number), "rita"), range(40)))
    stands = journal.readings.get("r-1")
    assert len(journal.history("r-1")) == 42 and fold(journal.history("r-1")) == stands
    rebuild(engine)
    assert journal.readings.get("r-1") == stands
