"""Real workers, real process groups: nothing is lost, nothing is left behind, nothing counts twice."""

import os
import signal
import time
from pathlib import Path

import pytest

from longhand.contracts.jobs import JobStatus
from longhand.servicekit.jobs.presence import silence
from tests.servicekit.jobs.conftest import alive, until

# A job whose own child would outlive it, were it not for the group.
FAMILY = """
import os, subprocess, sys, time
from pathlib import Path
folder = Path(os.environ["FOLDER"])
{prelude}
grandchild = subprocess.Popen(["sleep", "300"])
with (folder / "attempts").open("a") as attempts:
    attempts.write("x")
(folder / "family.new").write_text(f"{{os.getpid()}} {{grandchild.pid}} {{os.getpgrp()}}")
(folder / "family.new").rename(folder / "family")
time.sleep(300)
"""
AGAIN = """
if (folder / "attempts").exists():
    sys.exit(0)
"""
DEAF = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
"""


def family(works) -> list[int]:
    return [int(pid) for pid in works.appears("family").split()]


def gone(pids: list[int]) -> None:
    until(lambda: not any(map(alive, pids)), f"{pids} are gone")


def test_a_job_reports_its_progress_and_result_and_its_log_is_kept(works):
    works.hire()
    job = works.order(
        "from longhand.servicekit.jobs import child\n"
        "print('reading', child.read_arguments()['program'][:4])\n"
        "child.report_progress({'epoch': 3, 'loss': 0.5})\n"
        "child.write_result({'version': 7})\n"
    )
    done = works.ended(job)
    assert done.status is JobStatus.SUCCEEDED and done.attempt == 1
    assert (done.progress, done.result) == ({"epoch": 3, "loss": 0.5}, {"version": 7})
    assert works.printed(job) == "reading from\n"
    assert list((works.folder / "jobs").iterdir()) == []


def test_progress_is_seen_while_the_job_runs(works):
    works.hire()
    job = works.order(
        "import time\nfrom longhand.servicekit.jobs import child\nchild.report_progress({'epoch': 1})\ntime.sleep(300)"
    )
    until(lambda: works.store.get(job.id).progress == {"epoch": 1}, "progress")
    assert works.store.get(job.id).status is JobStatus.RUNNING


def test_jobs_run_one_after_the_other(works):
    works.hire()
    program = (
        "import os, time\nfrom pathlib import Path\nhere = Path(os.environ['FOLDER']) / 'busy'\n"
        "here.touch(exist_ok=False)\ntime.sleep(0.3)\nhere.unlink()\nprint({})"
    )
    ended = [works.ended(job) for job in [works.order(program.format(number)) for number in range(3)]]
    assert [job.status for job in ended] == [JobStatus.SUCCEEDED] * 3


@pytest.mark.parametrize(
    ("program", "kind", "code", "message"),
    [
        (
            "from longhand.servicekit.jobs.child import fail\nfail('no_data', 'Nothing.')",
            "python",
            "no_data",
            "Nothing.",
        ),
        ("raise ZeroDivisionError", "python", "job_failed", "ended with 1"),
        ("import os; os.kill(os.getpid(), 9)", "python", "job_failed", "ended with 137"),
        ("", "missing", "job_failed", "ended with 127"),
        ("", "refused", "invalid", "There is no such data set."),
        ("", "broken", "internal_error", "log"),
    ],
)
def test_a_job_that_fails_says_why(works, program, kind, code, message):
    works.hire()
    failed = works.ended(works.order(program, kind=kind))
    assert failed.status is JobStatus.FAILED and failed.error
    assert failed.error.code == code and message in failed.error.message
    assert "recipe" not in failed.error.message


def test_kill_9_of_the_worker_kills_the_whole_group_and_the_job_goes_on_elsewhere(works):
    first = works.hire()
    job = works.order(FAMILY.format(prelude=AGAIN))
    pids = family(works)
    first.kill()
    gone(pids)
    assert works.store.get(job.id).status is JobStatus.RUNNING
    works.hire()
    done = works.ended(job)
    assert (done.status, done.attempt) == (JobStatus.SUCCEEDED, 2)
    assert (works.folder / "attempts").read_text() == "x"
    assert works.store.counts() == {(JobStatus.SUCCEEDED, "python"): 1}


def test_cancelling_a_running_job_kills_its_group(works):
    works.hire()
    job = works.order(FAMILY.format(prelude=""))
    pids = family(works)
    works.store.cancel(job.id)
    cancelled = works.ended(job)
    assert cancelled.status is JobStatus.CANCELLED and cancelled.finished_at
    gone(pids)


def test_a_job_that_does_not_heed_sigterm_is_killed_after_the_grace(works):
    works.hire(lease=0.9, grace=1.5)
    job = works.order(FAMILY.format(prelude=DEAF))
    pids = family(works)
    works.store.cancel(job.id)
    assert works.ended(job).status is JobStatus.CANCELLED
    gone(pids)
    assert works.store.get(job.id).attempt == 1


def test_a_worker_told_to_stop_drains_and_puts_its_job_back(works):
    worker = works.hire()
    job = works.order(FAMILY.format(prelude=AGAIN))
    pids = family(works)
    worker.send_signal(signal.SIGTERM)
    output, _ = worker.communicate(timeout=30)
    assert worker.returncode == 0 and output == b"light\n"
    assert not any(map(alive, pids))
    assert works.store.get(job.id).status is JobStatus.QUEUED
    works.hire()
    assert works.ended(job).status is JobStatus.SUCCEEDED


def test_a_program_that_ends_with_0_when_asked_to_is_not_done(works):
    worker = works.hire()
    prelude = "import signal\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(0))"
    job = works.order(FAMILY.format(prelude=prelude))
    family(works)
    worker.send_signal(signal.SIGTERM)
    worker.communicate(timeout=30)
    assert works.store.get(job.id).status is JobStatus.QUEUED


def test_numbers_that_are_none_are_reported_as_nothing(works):
    works.hire()
    program = "from longhand.servicekit.jobs import child\nchild.report_progress({'loss': float('nan'), 'epoch': 2})"
    assert works.ended(works.order(program)).progress == {"loss": None, "epoch": 2}


def test_a_worker_that_slept_through_its_lease_counts_for_nothing(works):
    sleeper = works.hire(lease=1.0)
    job = works.order(FAMILY.format(prelude=AGAIN))
    pids = family(works)
    sleeper.send_signal(signal.SIGSTOP)
    works.hire(lease=1.0)
    done = works.ended(job)
    assert (done.status, done.attempt) == (JobStatus.SUCCEEDED, 2)
    sleeper.send_signal(signal.SIGCONT)
    gone(pids)
    until(lambda: "another worker's" in works.log(), "the sleeper gives up")
    assert works.store.get(job.id) == done


def test_what_a_job_leaves_running_ends_with_it(works):
    works.hire()
    job = works.order(FAMILY.format(prelude="").replace("time.sleep(300)", ""))
    pids = family(works)
    assert works.ended(job).status is JobStatus.SUCCEEDED
    gone(pids)


def test_several_workers_share_what_waits_and_run_each_job_once(works):
    for _ in range(2):
        works.hire(lease=15)
    program = (
        "import os, time\nfrom pathlib import Path\nhere = Path(os.environ['LONGHAND_JOB_DIRECTORY'])\n"
        "(here / 'once').touch(exist_ok=False)\ntime.sleep(0.1)\nprint({})"
    )
    jobs = [works.order(program.format(number)) for number in range(6)]
    ended = [works.ended(job) for job in jobs]
    assert {(job.status, job.attempt) for job in ended} == {(JobStatus.SUCCEEDED, 1)}


def test_an_idle_worker_is_small_and_quiet(works):
    worker = works.hire(lease=15)
    until(lambda: bool(silence(works.store.engine)), "the worker is seen")
    time.sleep(1)
    before, begin = seconds(worker.pid), time.monotonic()
    time.sleep(5)
    assert (seconds(worker.pid) - before) / (time.monotonic() - begin) < 0.02
    assert memory(worker.pid) < 60_000_000


def seconds(pid: int) -> float:
    """Processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> int:
    """A process's proportional share of memory, in bytes."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
