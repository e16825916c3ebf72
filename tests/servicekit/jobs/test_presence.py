"""Who works, and whether a machine's own worker does."""

import socket

from longhand.servicekit.jobs.presence import FORGOTTEN, SILENT, attend, is_seen, leave, silence
from longhand.servicekit.jobs.working import program


def names(engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.exec_driver_sql("SELECT name FROM workers ORDER BY name").scalars())


def test_workers_not_seen_for_a_day_are_forgotten(engine, clock):
    attend(engine, "old", "here", ["train"], clock)
    clock.now += 1000
    attend(engine, "old", "here", ["train"], clock)
    clock.now += FORGOTTEN + 1
    attend(engine, "new", "here", ["train"], clock)
    assert names(engine) == ["new"]


def test_a_worker_that_has_drained_is_not_missed(engine, clock):
    attend(engine, "w", "here", ["train"], clock)
    leave(engine, "w")
    assert names(engine) == [] and silence(engine, clock) == {}


def test_each_queue_is_silent_for_as_long_as_its_newest_worker(engine, clock):
    attend(engine, "first", "here", ["train", "quick"], clock)
    clock.now += 100
    attend(engine, "second", "there", ["quick"], clock)
    clock.now += 5
    assert silence(engine, clock) == {"train": 105.0, "quick": 5.0}


def test_a_workers_health_is_its_own_and_not_its_neighbours(engine, clock):
    attend(engine, "dead", "here", ["train"], clock)
    clock.now += SILENT + 1
    attend(engine, "lively", "there", ["train"], clock)
    assert is_seen(engine, "there", clock=clock) and not is_seen(engine, "here", clock=clock)
    assert not is_seen(engine, "elsewhere", clock=clock)
    attend(engine, "restarted", "here", ["train"], clock)
    assert is_seen(engine, "here", clock=clock)


def test_a_container_asks_after_its_own_worker_by_a_command(engine):
    url = str(engine.url)
    assert program.check(url) == 1
    attend(engine, "neighbour", "elsewhere", ["train"])
    assert program.check(url) == 1
    attend(engine, "own", socket.gethostname(), ["train"])
    assert program.check(url) == 0
