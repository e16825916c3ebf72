"""A schedule fires once when it is due, however many workers look."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from longhand.servicekit.jobs.schedules import Schedule, fire
from longhand.servicekit.jobs.store import JobStore

NIGHTLY = Schedule("nightly", "30 2 * * *", "train", {"model": "text"})
HALF_PAST_TWO = datetime(2030, 1, 5, 2, 30, 20, tzinfo=UTC).timestamp()


@pytest.mark.parametrize("wrong", ["", "* * * *", "61 * * * *", "a b c d e", "* * * * * *"])
def test_what_is_no_crontab_is_refused(wrong):
    with pytest.raises(ValueError):
        Schedule("x", wrong, "train")


def test_it_fires_in_its_minute_and_in_no_other(engine):
    assert [job.arguments for job in fire(JobStore(engine, "trn", lambda _: HALF_PAST_TWO), [NIGHTLY])] == [
        {"model": "text"}
    ]
    for other in (-60, 60, 3600):
        assert fire(JobStore(engine, "trn", lambda _, now=HALF_PAST_TWO + other: now), [NIGHTLY]) == []


def test_it_fires_once_for_many_workers(engine):
    def look(_: int) -> int:
        return len(fire(JobStore(engine, "trn", lambda _: HALF_PAST_TWO), [NIGHTLY]))

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(look, range(16))) == 1


def test_it_fires_again_the_next_day(engine):
    for day in range(3):
        store = JobStore(engine, "trn", lambda _, now=HALF_PAST_TWO + day * 86_400: now)
        [job] = fire(store, [NIGHTLY])
        store.cancel(job.id)
    assert len(store.page().items) == 3 and job.by == "schedule nightly"
