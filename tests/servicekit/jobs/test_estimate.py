"""How long a running job will take yet: by its own word, else by that of the jobs like it."""

import pytest

from longhand.servicekit.jobs.leases import Leases
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.jobs.watching.estimate import Estimates, estimate
from tests.servicekit.jobs.conftest import Clock
from tests.servicekit.jobs.work import KINDS

STAGE = {"stage": "evaluate", "done": 1, "total": 2}


@pytest.fixture
def store(engine, clock) -> JobStore:
    return JobStore(engine, "trn", clock)


def took(store: JobStore, clock: Clock, seconds: float, program: str = "a") -> None:
    job = store.submit("python", {"program": program}, "ada")
    Leases(store).claim(job.id, "w", 15)
    clock.now += seconds
    Leases(store).succeed(job.id, "w", {})


def test_a_share_that_is_done_says_what_is_left():
    assert estimate(30, 0.25, []) == 90
    assert estimate(30, 1.0, []) == 0
    assert estimate(30, 0.0, []) is None


def test_jobs_of_the_past_that_took_longer_say_what_is_left():
    assert estimate(30, 0.5, [10, 100, 130, 160]) == 100
    assert estimate(30, None, [10, 20]) is None


def test_a_running_job_is_compared_with_those_like_it(store, clock, leases):
    for seconds in (100, 120, 140):
        took(store, clock, seconds)
    took(store, clock, 9000, program="b")
    job = store.submit("python", {"program": "a"}, "ada")
    assert Estimates(store, KINDS).add(job).remaining_s is None
    leases.claim(job.id, "w", 15)
    clock.now += 20
    assert Estimates(store, KINDS).add(store.get(job.id)).remaining_s == 100
    clock.now += 180
    leases.heartbeat(job.id, "w", {"done": 10, "total": 20})
    assert Estimates(store, KINDS).add(store.get(job.id)).remaining_s == 200
    leases.succeed(job.id, "w", {})
    assert Estimates(store, KINDS).add(store.get(job.id)).remaining_s is None


@pytest.mark.parametrize("progress", [{"done": 1}, {"done": "1", "total": 2}, {"done": 1, "total": 0}, STAGE])
def test_a_report_that_is_none_is_passed_over(store, leases, progress):
    job = store.submit("python", {}, "ada")
    leases.claim(job.id, "w", 15)
    leases.heartbeat(job.id, "w", progress)
    assert Estimates(store, KINDS).add(store.get(job.id)).remaining_s is None
