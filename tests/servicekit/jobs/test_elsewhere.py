"""The same by URL: the table in Debian's PostgreSQL."""

import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from longhand.contracts.jobs import JobStatus
from longhand.servicekit.jobs.leases import Leases
from longhand.servicekit.jobs.log import JobLog
from longhand.servicekit.jobs.presence import attend, is_seen, silence
from longhand.servicekit.jobs.schedules import Schedule, fire
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.state import migrate, open_engine, ping, reading
from tests import databases
from tests.servicekit.jobs.conftest import Works, until


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with databases.postgres() as url:
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


def test_many_at_once_submit_one_job_and_one_claims_it(store: JobStore, leases: Leases):
    with ThreadPoolExecutor(8) as threads:
        jobs = list(threads.map(lambda _: store.submit("train", {"ü": 1}, "ada", "k"), range(24)))
        assert len({job.id for job in jobs}) == 1
        claimed = list(threads.map(lambda number: leases.claim(jobs[0].id, f"w{number}", 15), range(8)))
    assert len([job for job in claimed if job]) == 1


def test_the_life_of_a_job(store: JobStore, leases: Leases):
    job = store.submit("train", {}, "ada")
    leases.claim(job.id, "w", -1)
    assert leases.heartbeat(job.id, "w", {"epoch": 1}) == "go"
    twin = store.submit("train", {}, "ada")
    assert twin.id != job.id and leases.requeue_lapsed() == [job.id]
    assert store.waiting() == [job.id, twin.id]
    leases.claim(job.id, "v", 15)
    assert not leases.succeed(job.id, "w", {}) and leases.succeed(job.id, "v", {"version": 1})
    store.cancel(twin.id)
    assert store.counts() == {(JobStatus.SUCCEEDED, "train"): 1, (JobStatus.CANCELLED, "train"): 1}
    assert store.get(job.id).result == {"version": 1}


def test_schedules_fire_once_and_workers_are_seen(store: JobStore):
    schedule = Schedule("minutely", "* * * * *", "train")
    steady = JobStore(store.engine, "trn", lambda _: 1_800_000_000.0)
    with ThreadPoolExecutor(4) as threads:
        assert sum(len(jobs) for jobs in threads.map(lambda _: fire(steady, [schedule]), range(8))) == 1
    attend(store.engine, "w", "here", ["train"])
    assert silence(store.engine)["train"] < 5 and is_seen(store.engine, "here")


def test_a_worker_finds_what_comes_within_a_moment(store: JobStore, state: str, tmp_path: Path):
    works = Works(tmp_path, store, state)
    worker = works.hire(lease=60)
    try:
        until(lambda: bool(silence(store.engine)), "the worker is seen")
        begin = time.monotonic()
        done = works.ended(works.order("from longhand.servicekit.jobs import child\nchild.write_result({'n': 1})"))
        assert (done.status, done.result) == (JobStatus.SUCCEEDED, {"n": 1})
        assert time.monotonic() - begin < 4
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == 0
    finally:
        worker.kill()
        worker.communicate()


def test_a_log_holds_any_bytes_and_is_read_in_pieces(store: JobStore, leases: Leases):
    log, content = JobLog(store.engine), b"\0\xff\n" * 50_000
    job = store.submit("train", {}, "ada")
    leases.claim(job.id, "w", 15)
    assert log.append(job.id, "w", content) and not log.append(job.id, "another", b"x")
    assert log.read(job.id) + log.read(job.id, 65_536) + log.read(job.id, 131_072) == content


@pytest.mark.parametrize("offset", ["+1h", "-1h"])
def test_a_worker_whose_clock_is_off_holds_its_job_and_takes_no_other(
    store: JobStore, state: str, tmp_path: Path, offset: str
):
    works = Works(tmp_path, store, state)
    skewed = {"LD_PRELOAD": databases.find_library(), "FAKETIME": offset, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    workers = [works.hire(lease=4, **skewed), works.hire(lease=4)]
    try:
        until(lambda: bool(silence(store.engine)), "a worker is seen")
        jobs = [works.order(f"import time; time.sleep(9 + {number})") for number in range(2)]
        ended = [works.ended(job) for job in jobs]
        assert [(job.status, job.attempt) for job in ended] == [(JobStatus.SUCCEEDED, 1)] * 2
        with reading(store.engine) as connection:
            now = store.clock(connection)
        assert all(job.started_at and abs(now - job.started_at.timestamp()) < 300 for job in ended)
    finally:
        for worker in workers:
            worker.kill()
            worker.communicate()
