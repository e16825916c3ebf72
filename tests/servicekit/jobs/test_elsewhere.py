"""The same by URL: state in PostgreSQL, the queue in Redis, both Debian's."""

import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from longhand.contracts.jobs import JobStatus
from longhand.servicekit.jobs.notifier import Bell
from longhand.servicekit.jobs.presence import attend, last_seen
from longhand.servicekit.jobs.schedules import Schedule, fire
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.state import migrate, open_engine, ping, reading
from tests import databases
from tests.servicekit.jobs.conftest import Works, until


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with databases.postgres() as url:
        yield url


@pytest.fixture(scope="module")
def queue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with databases.redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def state(server: str) -> str:
    """The URL of a schema of its own."""
    return f"{server}?schema=training_{time.time_ns()}"


@pytest.fixture
def store(state: str) -> Iterator[JobStore]:
    engine = open_engine(state)
    migrate(engine, "longhand.servicekit.jobs")
    yield JobStore(engine, "trn")
    engine.dispose()


def test_tables_lie_in_the_services_own_schema(store: JobStore):
    migrate(store.engine, "longhand.servicekit.jobs")
    ping(store.engine)
    with reading(store.engine) as connection:
        schema = connection.scalar(text("SELECT current_schema()"))
    assert str(schema).startswith("training_")
    assert "jobs" in inspect(store.engine).get_table_names(schema)
    assert "jobs" not in inspect(store.engine).get_table_names("public")


def test_many_at_once_submit_one_job_and_one_claims_it(store: JobStore):
    with ThreadPoolExecutor(8) as threads:
        jobs = list(threads.map(lambda _: store.submit("train", {"ü": 1}, "ada", "k"), range(24)))
        assert len({job.id for job in jobs}) == 1
        claimed = list(threads.map(lambda number: store.claim(jobs[0].id, f"w{number}", 15), range(8)))
    assert len([job for job in claimed if job]) == 1


def test_the_life_of_a_job(store: JobStore):
    job = store.submit("train", {}, "ada")
    store.claim(job.id, "w", -1)
    assert store.heartbeat(job.id, "w", {"epoch": 1}) == "go"
    twin = store.submit("train", {}, "ada")
    assert twin.id != job.id and store.requeue_lapsed() == [job.id]
    assert store.waiting() == [job.id, twin.id]
    store.claim(job.id, "v", 15)
    assert not store.succeed(job.id, "w", {}) and store.succeed(job.id, "v", {"version": 1})
    store.cancel(twin.id)
    assert store.counts() == {(JobStatus.SUCCEEDED, "train"): 1, (JobStatus.CANCELLED, "train"): 1}
    assert store.get(job.id).result == {"version": 1}


def test_schedules_fire_once_and_workers_are_seen(store: JobStore):
    schedule = Schedule("minutely", "* * * * *", "train")
    steady = JobStore(store.engine, "trn", lambda: 1_800_000_000.0)
    with ThreadPoolExecutor(4) as threads:
        assert sum(len(jobs) for jobs in threads.map(lambda _: fire(steady, [schedule]), range(8))) == 1
    attend(store.engine, "w", 5.0)
    assert last_seen(store.engine) == 5.0


def test_a_worker_hears_the_bell_through_redis(store: JobStore, state: str, queue: str, tmp_path: Path):
    works = Works(tmp_path, store, queue, Bell(queue), state)
    worker = works.hire(lease=60)
    try:
        until(lambda: last_seen(store.engine) is not None, "the worker is seen")
        begin = time.monotonic()
        done = works.ended(works.order("from longhand.servicekit.jobs import child\nchild.write_result({'n': 1})"))
        assert (done.status, done.result) == (JobStatus.SUCCEEDED, {"n": 1})
        assert time.monotonic() - begin < 4, "found by the sweep, not by the bell"
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == 0
    finally:
        worker.kill()
        worker.communicate()
        works.bell.close()
