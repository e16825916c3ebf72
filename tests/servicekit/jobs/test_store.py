"""The jobs table: who may do what to a job, and when."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from longhand.contracts.jobs import JobStatus
from longhand.servicekit.errors import Conflict, NotFound
from longhand.servicekit.jobs.presence import FORGOTTEN, attend, last_seen
from longhand.servicekit.jobs.store import LAPSES, JobStore


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(engine, clock) -> JobStore:
    return JobStore(engine, "trn-", clock)


def test_ids_carry_the_services_prefix_and_sort_by_age(store, clock):
    ids = []
    for number in range(3):
        clock.now += 1
        ids.append(store.submit("train", {"n": number}, "ada").id)
    assert ids == sorted(ids) and all(id.startswith("trn-") and not id.startswith("trn--") for id in ids)
    assert store.waiting() == ids


def test_a_duplicate_of_a_waiting_job_is_the_same_job(store):
    first = store.submit("train", {"a": 1, "b": 2}, "ada")
    assert store.submit("train", {"b": 2, "a": 1}, "bob").id == first.id
    assert store.submit("train", {"a": 1}, "ada").id != first.id
    assert store.submit("ingest", {"a": 1, "b": 2}, "ada").id != first.id


def test_a_duplicate_of_a_running_job_waits(store):
    first = store.submit("train", {}, "ada")
    store.claim(first.id, "w", 15)
    second = store.submit("train", {}, "ada")
    assert second.id != first.id and second.status is JobStatus.QUEUED


def test_a_running_job_can_go_back_beside_its_waiting_duplicate(store, clock):
    first = store.submit("train", {}, "ada")
    store.claim(first.id, "w", 15)
    clock.now += 1
    second = store.submit("train", {}, "ada")
    clock.now += 20
    assert store.requeue_lapsed() == [first.id]
    assert store.waiting() == [first.id, second.id]


def test_a_key_names_the_same_job_for_ever(store):
    job = store.submit("train", {}, "ada", "k")
    store.claim(job.id, "w", 15)
    store.succeed(job.id, "w", {})
    again = store.submit("train", {"changed": True}, "ada", "k")
    assert (again.id, again.status) == (job.id, JobStatus.SUCCEEDED)
    assert store.submit("train", {}, "bob", "k").id != job.id


def test_a_key_given_with_a_duplicate_names_the_job_that_waited(store):
    job = store.submit("train", {}, "ada", "k1")
    assert store.submit("train", {}, "ada", "k2").id == job.id
    store.cancel(job.id)
    assert store.submit("train", {}, "ada", "k2").id == job.id
    assert store.submit("train", {}, "ada").id != job.id


def test_many_at_once_submit_one_job(store):
    with ThreadPoolExecutor(8) as threads:
        jobs = list(threads.map(lambda _: store.submit("train", {}, "ada", "k"), range(24)))
    assert len({job.id for job in jobs}) == 1 and len(store.page().items) == 1


def test_one_of_many_claims_a_job(store):
    job = store.submit("train", {}, "ada")
    with ThreadPoolExecutor(8) as threads:
        claimed = list(threads.map(lambda number: store.claim(job.id, f"w{number}", 15), range(8)))
    assert len([one for one in claimed if one]) == 1
    assert store.get(job.id).attempt == 1


def test_progress_is_kept_and_the_lease_goes_on(store, clock):
    job = store.submit("train", {}, "ada")
    store.claim(job.id, "w", 15)
    for epoch in range(3):
        clock.now += 10
        assert store.heartbeat(job.id, "w", {"epoch": epoch}) == "go"
        assert store.requeue_lapsed() == []
    assert store.heartbeat(job.id, "w") == "go"
    assert store.get(job.id).progress == {"epoch": 2}


def test_only_who_holds_a_job_may_end_it(store, clock):
    job = store.submit("train", {}, "ada")
    store.claim(job.id, "first", 15)
    clock.now += 16
    assert store.requeue_lapsed() == [job.id]
    store.claim(job.id, "second", 15)
    assert store.heartbeat(job.id, "first", {"epoch": 9}) == "lost"
    assert not store.succeed(job.id, "first", {"version": 1})
    assert not store.fail(job.id, "first", "x", "y")
    assert not store.release(job.id, "first")
    assert store.succeed(job.id, "second", {"version": 2})
    assert not store.succeed(job.id, "second", {"version": 3})
    done = store.get(job.id)
    assert (done.result, done.attempt, done.status) == ({"version": 2}, 2, JobStatus.SUCCEEDED)


def test_a_worker_that_lives_does_not_take_its_own_job_back(store, clock):
    job = store.submit("train", {}, "ada")
    store.claim(job.id, "w", 15)
    clock.now += 3600
    assert store.requeue_lapsed("w") == []
    assert store.requeue_lapsed("other") == [job.id]


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_is_told(store):
    waiting, running = store.submit("train", {"n": 1}, "ada"), store.submit("train", {"n": 2}, "ada")
    store.claim(running.id, "w", 15)
    assert store.cancel(waiting.id).status is JobStatus.CANCELLED
    assert store.cancel(waiting.id).status is JobStatus.CANCELLED
    assert store.claim(waiting.id, "w", 15) is None
    assert store.cancel(running.id).status is JobStatus.RUNNING
    assert store.heartbeat(running.id, "w") == "cancel"
    assert store.stop(running.id, "w")
    assert store.get(running.id).status is JobStatus.CANCELLED


def test_a_job_to_be_cancelled_is_not_begun_again_when_its_worker_is_lost(store, clock):
    job = store.submit("train", {}, "ada")
    store.claim(job.id, "w", 15)
    store.cancel(job.id)
    clock.now += 16
    assert store.requeue_lapsed() == []
    assert store.get(job.id).status is JobStatus.CANCELLED


def test_what_has_ended_cannot_be_cancelled(store):
    job = store.submit("train", {}, "ada")
    store.claim(job.id, "w", 15)
    store.fail(job.id, "w", "no_data", "Nothing.")
    with pytest.raises(Conflict, match="failed"):
        store.cancel(job.id)
    error = store.get(job.id).error
    assert error and (error.code, error.message) == ("no_data", "Nothing.")


def test_a_job_that_outlives_no_worker_fails_in_the_end(store, clock):
    job = store.submit("train", {}, "ada")
    for _ in range(LAPSES):
        store.claim(job.id, "w", 15)
        clock.now += 16
        store.requeue_lapsed()
    lost = store.get(job.id)
    assert lost.status is JobStatus.FAILED and lost.error and lost.error.code == "worker_lost"


def test_what_there_is_not_is_not_found(store):
    with pytest.raises(NotFound):
        store.get("trn-0")
    with pytest.raises(NotFound):
        store.cancel("trn-0")


def test_pages_are_newest_first_and_end(store, clock):
    for number in range(5):
        clock.now += 1
        store.submit("train", {"n": number}, "ada")
    first = store.page(limit=2)
    second = store.page(first.next, 2)
    third = store.page(second.next, 2)
    seen = [job.arguments["n"] for page in (first, second, third) for job in page.items]
    assert seen == [4, 3, 2, 1, 0] and third.next is None
    assert store.page(limit=5).next is None


def test_times_are_told_in_utc(store, clock):
    job = store.submit("train", {}, "ada")
    clock.now += 5
    begun = store.claim(job.id, "w", 15)
    clock.now += 5
    store.succeed(job.id, "w", {})
    done = store.get(job.id)
    assert begun and done.started_at and done.finished_at
    assert [(moment - done.created_at).seconds for moment in (done.started_at, done.finished_at)] == [5, 10]
    assert done.created_at.utcoffset() is not None


def test_workers_not_seen_for_a_day_are_forgotten(engine):
    assert last_seen(engine) is None
    attend(engine, "old", 1000.0)
    attend(engine, "old", 2000.0)
    assert last_seen(engine) == 2000.0
    attend(engine, "new", 2001.0 + FORGOTTEN)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT name FROM workers").scalars().all() == ["new"]
