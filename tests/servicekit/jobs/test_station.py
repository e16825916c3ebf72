"""A worker in a thread of this process: what it does with a job, step by step."""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

import pytest

from longhand.contracts.jobs import JobStatus
from longhand.servicekit.jobs.schedules import Schedule
from longhand.servicekit.jobs.working.runner import Runner
from longhand.servicekit.jobs.working.worker import Worker
from tests.servicekit.jobs.conftest import Works, until
from tests.servicekit.jobs.work import KINDS

Station = Callable[..., AbstractContextManager[Worker]]


@pytest.fixture
def station(works: Works) -> Station:
    @contextmanager
    def open_station(schedules: Sequence[Schedule] = ()) -> Iterator[Worker]:
        worker = Worker(works.store, KINDS, works.folder / "jobs", 1.5, schedules, grace_s=1.0)
        thread = threading.Thread(target=worker.run)
        thread.start()
        try:
            yield worker
        finally:
            worker.stop()
            thread.join()

    return open_station


def test_it_runs_what_waits_and_what_comes(works, station):
    waits = works.order("print(1)")
    with station():
        assert works.ended(waits).status is JobStatus.SUCCEEDED
        assert works.ended(works.order("print(2)")).status is JobStatus.SUCCEEDED


@pytest.mark.parametrize("kind", ["refused", "broken", "python"])
def test_it_notes_failures(works, station, kind):
    with station():
        failed = works.ended(works.order("raise SystemExit(3)", kind=kind))
    assert failed.status is JobStatus.FAILED


def test_it_cancels(works, station):
    with station():
        job = works.order("import time; time.sleep(300)")
        until(lambda: works.store.get(job.id).status is JobStatus.RUNNING, "it runs")
        works.store.cancel(job.id)
        assert works.ended(job).status is JobStatus.CANCELLED


def test_it_drains(works, station):
    with station():
        job = works.order("import time; time.sleep(300)")
        until(lambda: works.store.get(job.id).status is JobStatus.RUNNING, "it runs")
    assert works.store.get(job.id).status is JobStatus.QUEUED


def test_it_gives_up_a_job_that_is_another_workers(works, station, caplog):
    with station():
        job = works.order("import time; time.sleep(300)")
        until(lambda: works.store.get(job.id).status is JobStatus.RUNNING, "it runs")
        with works.store.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE jobs SET worker = 'another', lease_until = lease_until + 1000")
        until(lambda: "another worker's" in caplog.text, "it gives up")
    assert works.store.get(job.id).status is JobStatus.RUNNING


def test_it_fires_schedules(works, station):
    minutely = Schedule("minutely", "* * * * *", "python", {"program": "print(1)"})
    with station([minutely]):
        until(lambda: works.store.counts().get((JobStatus.SUCCEEDED, "python"), 0) >= 1, "it fires")


def test_it_goes_on_when_the_table_comes_back(works, station, caplog):
    caplog.set_level(logging.WARNING)
    with works.store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE jobs RENAME TO gone")
    with station():
        until(lambda: "the jobs table is away" in caplog.text, "it notices")
        with works.store.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE gone RENAME TO jobs")
        assert works.ended(works.order("print(1)")).status is JobStatus.SUCCEEDED


def test_a_run_outlives_a_table_that_is_away_for_less_than_its_lease(works, station, caplog):
    with station():
        job = works.order("import time; time.sleep(1.5)")
        until(lambda: works.store.get(job.id).status is JobStatus.RUNNING, "it runs")
        with works.store.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE jobs RENAME TO gone")
        until(lambda: "no heartbeat" in caplog.text, "it notices")
        with works.store.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE gone RENAME TO jobs")
        assert works.ended(job).status is JobStatus.SUCCEEDED


def test_a_command_that_cannot_be_started_leaves_nothing_open(works):
    job = works.order("")
    (works.folder / "jobs").mkdir()
    (works.folder / "jobs" / f"{job.id}-0").touch()
    with pytest.raises(OSError):
        Runner(KINDS["python"], works.folder / "jobs").start(job)
