"""Jobs of a kind whose process stays: what one has loaded, the next finds loaded."""

import signal

from longhand.contracts.jobs import JobStatus
from tests.servicekit.jobs.conftest import alive, until

WHO = """
import os
from longhand.servicekit.jobs import child
child.write_result({{"pid": os.getpid(), "n": {0}}})
print({0})
"""


def who(works, number: int) -> int:
    job = works.ended(works.order(WHO.format(number), kind="resident"))
    assert job.status is JobStatus.SUCCEEDED and job.result["n"] == number, (job, works.log())
    return int(job.result["pid"])


def test_the_next_job_is_done_by_the_same_process_and_each_has_its_own_log(works):
    works.hire()
    jobs = [works.order(WHO.format(number), kind="resident") for number in range(3)]
    ended = [works.ended(job) for job in jobs]
    assert len({job.result["pid"] for job in ended}) == 1
    assert [works.printed(job) for job in jobs] == ["loaded\n0\n", "1\n", "2\n"]


def test_a_job_that_fails_does_not_cost_what_was_loaded(works):
    works.hire()
    first = who(works, 1)
    programs = {
        "raise ZeroDivisionError": ("job_failed", "ended with 1"),
        "from longhand.servicekit.jobs.child import fail\nfail('no_data', 'Nothing.')": ("no_data", "Nothing."),
        "import sys; sys.exit('broken')": ("job_failed", "ended with 1"),
    }
    for program, (code, message) in programs.items():
        job = works.order(program, kind="resident")
        failed = works.ended(job)
        assert failed.status is JobStatus.FAILED and failed.error.code == code and message in failed.error.message
    assert who(works, 2) == first


def test_cancelling_kills_the_process_and_the_next_job_has_a_new_one(works):
    works.hire()
    first = who(works, 1)
    job = works.order("import time; time.sleep(300)", kind="resident")
    until(lambda: works.store.get(job.id).status is JobStatus.RUNNING, "it runs")
    works.store.cancel(job.id)
    assert works.ended(job).status is JobStatus.CANCELLED
    until(lambda: not alive(first), "the process is gone")
    assert who(works, 2) != first


def test_a_process_that_is_killed_fails_its_job_and_no_other(works):
    works.hire()
    failed = works.ended(works.order("import os; os.kill(os.getpid(), 9)", kind="resident"))
    assert failed.status is JobStatus.FAILED and "137" in failed.error.message
    who(works, 1)


def test_the_process_ends_with_its_worker_however_that_came_about(works):
    worker = works.hire()
    for end in (signal.SIGTERM, signal.SIGKILL):
        pid = who(works, end)
        worker.send_signal(end)
        worker.communicate(timeout=30)
        until(lambda pid=pid: not alive(pid), "the process is gone")
        worker = works.hire()


def test_a_process_without_jobs_gives_its_memory_back(works):
    works.hire(stays=0.5)
    first = who(works, 1)
    until(lambda: not alive(first), "the process is gone")
    assert who(works, 2) != first


def test_a_job_finds_nothing_on_stdin_and_its_children_print_into_its_log(works):
    works.hire()
    job = works.order("import subprocess, sys\nsubprocess.run(['sh', '-c', 'cat; echo done'])", kind="resident")
    assert works.ended(job).status is JobStatus.SUCCEEDED
    assert works.printed(job) == "loaded\ndone\n"
