"""The table of readings: lists of it, and the same table made again from the journal."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, select, text

from longhand.samples.journal import Journal
from longhand.samples.readings import Filter
from longhand.samples.rebuilding import catch_up, rebuild
from longhand.samples.tables import journal as journal_table
from longhand.samples.tables import readings
from tests.samples.conftest import make_record

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SET = [
    make_record("r-1", by="ann", document="form 7", received_at=NOON, text="Straße_1"),
    make_record("r-2", by="bob", task="character", decision="review", received_at=NOON + timedelta(hours=1), text="é"),
    make_record("r-3", by="ann", writer=None, received_at=NOON + timedelta(hours=2), text="100% Genf"),
    make_record("r-4", by="cid", document="form 8", received_at=NOON + timedelta(hours=3), text=r"a\b"),
]


@pytest.fixture
def filled(journal: Journal) -> Journal:
    for record in SET:
        journal.take(record)
    journal.correct("r-2", "È", "rita")
    journal.correct("r-4", "wrong", "rita")
    journal.withdraw("r-4", "rita")
    return journal


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["r-4", "r-3", "r-2", "r-1"]),
        ({"by": "ann"}, ["r-3", "r-1"]),
        ({"task": "character"}, ["r-2"]),
        ({"decision": "accept"}, ["r-4", "r-3", "r-1"]),
        ({"document": "form 7"}, ["r-1"]),
        ({"writer": "w7"}, ["r-4", "r-2", "r-1"]),
        ({"since": NOON + timedelta(hours=2)}, ["r-4", "r-3"]),
        ({"until": NOON + timedelta(hours=1)}, ["r-1"]),
        ({"since": NOON.astimezone() + timedelta(hours=1), "until": NOON + timedelta(hours=3)}, ["r-3", "r-2"]),
        ({"corrected": True}, ["r-2"]),
        ({"corrected": False}, ["r-4", "r-3", "r-1"]),
        ({"contains": "strasse"}, ["r-1"]),
        ({"contains": "É"}, ["r-2"]),
        ({"contains": "e\u0301"}, ["r-2"]),
        ({"contains": "è"}, ["r-2"]),
        ({"contains": "wrong"}, []),
        ({"contains": "%"}, ["r-3"]),
        ({"contains": "_"}, ["r-1"]),
        ({"contains": "\\"}, ["r-4"]),
        ({"contains": "0%  g"}, ["r-3"]),
        ({"contains": "é è"}, []),
        ({"by": "ann", "contains": "genf"}, ["r-3"]),
    ],
)
def test_a_list_holds_what_every_filter_lets_through(filled: Journal, asked: dict[str, Any], found: list[str]) -> None:
    assert [record.id for _, record in filled.readings.page(Filter(**asked))] == found


def test_pages_go_from_new_to_old_and_on_from_a_number(filled: Journal) -> None:
    first = filled.readings.page(limit=2)
    rest = filled.readings.page(before=first[-1][0])
    assert [record.id for _, record in first + rest] == ["r-4", "r-3", "r-2", "r-1"]


@pytest.mark.parametrize("name", ["by", "decision", "document", "writer"])
def test_a_list_by_a_name_is_read_from_an_index_in_its_order(filled: Journal, engine: Engine, name: str) -> None:
    statements: list[tuple[str, Any]] = []
    event.listen(engine, "before_cursor_execute", lambda _, __, sql, values, *___: statements.append((sql, values)))
    filled.readings.page(Filter(**{name: "x"}))
    with engine.connect() as connection:
        plan = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statements[-1][0], statements[-1][1]).all()
    assert [f"readings_of_{name}" in row[3] for row in plan] == [True], plan


def rows(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(readings).order_by(readings.c.number))]


def drop(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE readings"))


def empty(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM readings WHERE id != 'r-1'"))


@pytest.mark.parametrize(("lose", "make", "made"), [(drop, rebuild, 4), (empty, rebuild, 4), (empty, catch_up, 3)])
def test_the_table_is_made_again_from_the_journal_alone(
    filled: Journal, engine: Engine, lose: Callable[[Engine], None], make: Callable[[Engine], int], made: int
) -> None:
    before = rows(engine)
    lose(engine)
    assert make(engine) == made
    assert rows(engine) == before and len(before) == 4
    assert catch_up(engine) == 0


@pytest.mark.timed
def test_a_rebuild_from_ten_thousand_lines_gives_the_same_rows_within_five_seconds(engine: Engine) -> None:
    fill(engine, 10_000)
    catch_up(engine)
    before = rows(engine)
    begin = time.process_time()  # other tests run beside this one
    count = rebuild(engine)
    took = time.process_time() - begin
    print(f"{count:,} readings from 10,000 lines in {took:.2f} s")
    assert rows(engine) == before and len(before) == count == 4000
    assert took <= 5


def fill(engine: Engine, lines: int) -> None:
    """A journal of so many lines: of five readings, one is corrected, and one corrected and withdrawn."""
    with engine.begin() as connection:
        for start in range(0, lines, 25):
            connection.execute(insert(journal_table), list(_lines(start)))


def _lines(start: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for place in range(10):
        record = make_record(f"r-{start:05}-{place}", text=f"line {start} {place}", picture=f"{start + place:064x}")
        kinds: list[tuple[str, Any]] = [("received", record.received()), ("read", record.read())]
        kinds += [("corrected", {"text": f"better {place}"})] if place % 5 in (0, 1) else []
        kinds += [("withdrawn", {})] if place == 0 else []
        found += [{"reading": record.id, "kind": kind, "at": NOON, "by": "ann", "body": body} for kind, body in kinds]
    return found
