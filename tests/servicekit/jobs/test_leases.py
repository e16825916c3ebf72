"""What ends a job also queues what follows it, both or neither."""

from concurrent.futures import ThreadPoolExecutor

from longhand.contracts.jobs import JobStatus
from longhand.servicekit.jobs.leases import FollowUp

NEXT = FollowUp("train", {"round": 2})


def test_a_follow_up_is_queued_with_the_end_and_not_without_it(store, leases):
    job = store.submit("train", {}, "ada")
    leases.claim(job.id, "w", 15)
    assert not leases.succeed(job.id, "another", {}, NEXT) and len(store.page().items) == 1
    assert leases.succeed(job.id, "w", {}, NEXT)
    done = store.get(job.id)
    assert store.waiting() == [done.follow_up]
    assert store.get(done.follow_up).arguments == {"round": 2}


def test_a_follow_up_that_waits_already_is_joined(store, leases):
    waits = store.submit("train", {"round": 2}, "bob")
    job = store.submit("train", {}, "ada")
    leases.claim(job.id, "w", 15)
    leases.succeed(job.id, "w", {}, NEXT)
    assert store.get(job.id).follow_up == waits.id


def test_many_that_end_at_once_queue_one_follow_up(store, leases):
    jobs = [store.submit("train", {"n": number}, "ada") for number in range(12)]
    for job in jobs:
        leases.claim(job.id, "w", 15)
    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(lambda job: leases.succeed(job.id, "w", {}, NEXT), jobs))
    assert len({store.get(job.id).follow_up for job in jobs}) == 1
    assert store.counts()[JobStatus.QUEUED, "train"] == 1
