"""Queues have workers of their own: a short job never waits for a long one."""

import time

from longhand.contracts.jobs import JobStatus
from longhand.servicekit.jobs.presence import silence
from tests.servicekit.jobs.conftest import until

LONG = "import time; time.sleep(300)"


def runs(works, job) -> bool:
    return works.store.get(job.id).status is not JobStatus.QUEUED


def test_a_quick_job_starts_within_a_second_while_a_training_runs(works):
    works.hire(lease=15)
    training, behind = works.order(LONG), works.order("print('next')")
    until(lambda: runs(works, training), "the training runs")
    waited = []
    for number in range(5):
        quick = works.ended(works.order(f"print({number})", kind="quick"))
        assert quick.status is JobStatus.SUCCEEDED and quick.started_at
        waited.append((quick.started_at - quick.created_at).total_seconds())
    assert max(waited) < 1, waited
    assert works.store.get(training.id).status is JobStatus.RUNNING
    assert works.store.get(behind.id).status is JobStatus.QUEUED


def test_a_worker_serves_the_queues_that_it_is_given_and_no_other(works):
    works.hire(queues="quick")
    slow, quick = works.order("print(1)"), works.order("print(2)", kind="quick")
    assert works.ended(quick).status is JobStatus.SUCCEEDED
    time.sleep(1)
    assert works.store.get(slow.id).status is JobStatus.QUEUED
    assert silence(works.store.engine).keys() == {"quick"}
    works.hire(queues="slow")
    assert works.ended(slow).status is JobStatus.SUCCEEDED


def test_a_kind_has_an_environment_of_its_own(works):
    works.hire()
    job = works.ended(works.order("import os; print(os.environ['GREETING'])", kind="quick"))
    assert works.printed(job) == "hello\n"


def test_a_job_queues_its_follow_up_when_it_succeeds_and_says_which(works):
    works.hire()
    program = (
        "from longhand.servicekit.jobs import child\n"
        "child.follow_up('quick', {'program': 'print(2)'})\nchild.write_result({'n': 1})\n"
    )
    first = works.ended(works.order(program))
    assert first.status is JobStatus.SUCCEEDED and first.follow_up
    second = works.ended(works.store.get(first.follow_up))
    assert (second.kind, second.by, works.printed(second)) == ("quick", "ada", "2\n")


def test_a_job_that_fails_queues_nothing(works):
    works.hire()
    program = "from longhand.servicekit.jobs import child\nchild.follow_up('quick', {})\nraise SystemExit(1)"
    failed = works.ended(works.order(program))
    assert failed.status is JobStatus.FAILED and failed.follow_up is None
    assert len(works.store.page().items) == 1


def test_a_follow_up_that_its_kind_does_not_admit_fails_the_job(works):
    works.hire()
    for kind, arguments, reason in (("quick", {"speed": 1}, "speed"), ("unheard", {}, "There are: python")):
        program = f"from longhand.servicekit.jobs import child\nchild.follow_up({kind!r}, {arguments!r})"
        failed = works.ended(works.order(program))
        assert failed.status is JobStatus.FAILED and failed.error.code == "invalid"
        assert reason in failed.error.message
    assert len(works.store.page().items) == 2
