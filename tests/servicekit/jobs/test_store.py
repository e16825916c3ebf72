"""The jobs table: who may do what to a job, and when."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from longhand.contracts.jobs import JobStatus
from longhand.servicekit.errors import Conflict, KeyReused, NotFound
from longhand.servicekit.jobs.leases import LAPSES
from longhand.servicekit.jobs.store import JobStore


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


def test_a_duplicate_of_a_running_job_waits(store, leases):
    first = store.submit("train", {}, "ada")
    leases.claim(first.id, "w", 15)
    second = store.submit("train", {}, "ada")
    assert second.id != first.id and second.status is JobStatus.QUEUED


def test_a_running_job_can_go_back_beside_its_waiting_duplicate(store, clock, leases):
    first = store.submit("train", {}, "ada")
    leases.claim(first.id, "w", 15)
    clock.now += 1
    second = store.submit("train", {}, "ada")
    clock.now += 20
    assert leases.requeue_lapsed() == [first.id]
    assert store.waiting() == [first.id, second.id]


def test_a_key_names_the_same_job_for_ever(store, leases):
    job = store.submit("train", {}, "ada", "k")
    leases.claim(job.id, "w", 15)
    leases.succeed(job.id, "w", {})
    again = store.submit("train", {}, "ada", "k")
    assert (again.id, again.status) == (job.id, JobStatus.SUCCEEDED)
    assert store.submit("train", {}, "bob", "k").id != job.id


def test_a_key_that_comes_with_other_work_is_refused(store):
    job = store.submit("train", {}, "ada", "k")
    for kind, arguments in (("train", {"changed": True}), ("ingest", {})):
        with pytest.raises(KeyReused, match="use a new one"):
            store.submit(kind, arguments, "ada", "k")
    assert [one.id for one in store.page().items] == [job.id]


def test_an_answer_says_whether_the_work_waited_already_and_says_the_same_when_repeated(store):
    assert not store.submit("train", {}, "ada", "k1").joined
    assert store.submit("train", {}, "bob", "k2").joined
    assert store.submit("train", {}, "cleo").joined
    assert [store.submit("train", {}, by, key).joined for by, key in (("ada", "k1"), ("bob", "k2"))] == [False, True]


def test_what_json_admits_and_utf8_does_not_has_a_fingerprint(store):
    assert store.submit("train", {"name": "\ud800"}, "ada").arguments == {"name": "\ud800"}


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


def test_one_of_many_claims_a_job(store, leases):
    job = store.submit("train", {}, "ada")
    with ThreadPoolExecutor(8) as threads:
        claimed = list(threads.map(lambda number: leases.claim(job.id, f"w{number}", 15), range(8)))
    assert len([one for one in claimed if one]) == 1
    assert store.get(job.id).attempt == 1


def test_progress_is_kept_and_the_lease_goes_on(store, clock, leases):
    job = store.submit("train", {}, "ada")
    leases.claim(job.id, "w", 15)
    for epoch in range(3):
        clock.now += 10
        assert leases.heartbeat(job.id, "w", {"epoch": epoch}) == "go"
        assert leases.requeue_lapsed() == []
    assert leases.heartbeat(job.id, "w") == "go"
    assert store.get(job.id).progress == {"epoch": 2}


def test_only_who_holds_a_job_may_end_it(store, clock, leases):
    job = store.submit("train", {}, "ada")
    leases.claim(job.id, "first", 15)
    clock.now += 16
    assert leases.requeue_lapsed() == [job.id]
    leases.claim(job.id, "second", 15)
    assert leases.heartbeat(job.id, "first", {"epoch": 9}) == "lost"
    assert not leases.succeed(job.id, "first", {"version": 1})
    assert not leases.fail(job.id, "first", "x", "y")
    assert not leases.release(job.id, "first")
    assert leases.succeed(job.id, "second", {"version": 2})
    assert not leases.succeed(job.id, "second", {"version": 3})
    done = store.get(job.id)
    assert (done.result, done.attempt, done.status) == ({"version": 2}, 2, JobStatus.SUCCEEDED)


def test_a_worker_that_lives_does_not_take_its_own_job_back(store, clock, leases):
    job = store.submit("train", {}, "ada")
    leases.claim(job.id, "w", 15)
    clock.now += 3600
    assert leases.requeue_lapsed("w") == []
    assert leases.requeue_lapsed("other") == [job.id]


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_is_told(store, leases):
    waiting, running = store.submit("train", {"n": 1}, "ada"), store.submit("train", {"n": 2}, "ada")
    leases.claim(running.id, "w", 15)
    assert store.cancel(waiting.id).status is JobStatus.CANCELLED
    assert store.cancel(waiting.id).status is JobStatus.CANCELLED
    assert leases.claim(waiting.id, "w", 15) is None
    cancelling = store.cancel(running.id)
    assert (cancelling.status, cancelling.cancelling) == (JobStatus.RUNNING, True)
    assert leases.heartbeat(running.id, "w") == "cancel"
    assert leases.stop(running.id, "w")
    cancelled = store.get(running.id)
    assert (cancelled.status, cancelled.cancelling) == (JobStatus.CANCELLED, False)


def test_a_job_to_be_cancelled_is_not_begun_again_when_its_worker_is_lost(store, clock, leases):
    job = store.submit("train", {}, "ada")
    leases.claim(job.id, "w", 15)
    store.cancel(job.id)
    clock.now += 16
    assert leases.requeue_lapsed() == []
    assert store.get(job.id).status is JobStatus.CANCELLED


def test_what_has_ended_cannot_be_cancelled(store, leases):
    job = store.submit("train", {}, "ada")
    leases.claim(job.id, "w", 15)
    leases.fail(job.id, "w", "no_data", "Nothing.")
    with pytest.raises(Conflict, match="failed"):
        store.cancel(job.id)
    error = store.get(job.id).error
    assert error and (error.code, error.message) == ("no_data", "Nothing.")


def test_a_job_that_outlives_no_worker_fails_in_the_end(store, clock, leases):
    job = store.submit("train", {}, "ada")
    for _ in range(LAPSES):
        leases.claim(job.id, "w", 15)
        clock.now += 16
        leases.requeue_lapsed()
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


def test_times_are_told_in_utc(store, clock, leases):
    job = store.submit("train", {}, "ada")
    clock.now += 5
    begun = leases.claim(job.id, "w", 15)
    clock.now += 5
    leases.succeed(job.id, "w", {})
    done = store.get(job.id)
    assert begun and done.started_at and done.finished_at
    assert [(moment - done.created_at).seconds for moment in (done.started_at, done.finished_at)] == [5, 10]
    assert done.created_at.utcoffset() is not None
