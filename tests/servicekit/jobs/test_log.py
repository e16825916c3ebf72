"""What jobs print lies in the table: any replica shows it, and only who holds a job adds to it."""

import pytest

from longhand.servicekit.jobs.log import CHUNK, JobLog
from longhand.servicekit.jobs.working.remains import clear


@pytest.fixture
def log(engine) -> JobLog:
    return JobLog(engine)


@pytest.fixture
def job(store, leases):
    job = store.submit("train", {}, "ada")
    leases.claim(job.id, "w", 15)
    return job


def test_a_log_grows_and_is_read_from_any_place(log, job):
    for piece in (b"one\n", b"tw\xc3", b"\xb6\n\0"):
        assert log.append(job.id, "w", piece)
    whole = b"one\ntw\xc3\xb6\n\0"
    assert [log.read(job.id, offset) for offset in range(len(whole) + 1)] == [
        whole[at:] for at in range(len(whole) + 1)
    ]
    assert log.read(job.id, 1000) == b"" and log.read("trn-0") == b""


def test_a_long_log_is_read_in_pieces(log, job):
    whole = bytes(range(256)) * 1000
    log.append(job.id, "w", whole)
    read = b""
    while piece := log.read(job.id, len(read)):
        assert len(piece) <= CHUNK
        read += piece
    assert read == whole


def test_a_worker_that_lost_a_job_adds_nothing_to_its_log(log, job, leases):
    assert not log.append(job.id, "another", b"x")
    leases.release(job.id, "w")
    assert not log.append(job.id, "w", b"x")
    leases.claim(job.id, "second", 15)
    assert log.append(job.id, "second", b"again\n") and log.read(job.id) == b"again\n"


def test_a_job_that_prints_without_end_does_not_fill_the_table(works):
    works.hire()
    job = works.order("line = 'x' * 999\nfor _ in range(40_000):\n    print(line)")
    works.ended(job)
    log, size = JobLog(works.store.engine), 0
    while piece := log.read(job.id, size):
        size, last = size + len(piece), piece
    assert size < 33 * 2**20 and b"has reached its limit" in last


def test_logs_of_before_are_taken_over_and_what_is_done_with_is_removed(store, log, job, leases, tmp_path):
    ended = store.submit("train", {"n": 2}, "ada")
    leases.claim(ended.id, "w", 15)
    leases.succeed(ended.id, "w", {})
    for name in (ended.id, f"{ended.id}-1", f"{job.id}-1", "trn-unknown"):
        (tmp_path / "jobs" / name).mkdir(parents=True)
    (tmp_path / "jobs" / ended.id / "log").write_text("of before\n")
    for _ in range(2):
        clear(store, tmp_path / "jobs")
    assert log.read(ended.id) == b"of before\n"
    assert [folder.name for folder in (tmp_path / "jobs").iterdir()] == [f"{job.id}-1"]
