"""A database in a file: durable, shared by processes, brought up to date by each package's own revisions."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import OperationalError

from longhand.servicekit.state import migrate, open_engine, open_reader, ping, reading

ROOT = Path(__file__).parents[2]


def test_the_folder_is_made_and_the_journal_is_written_ahead(tmp_path: Path):
    engine = open_engine(f"sqlite:///{tmp_path}/new/folder/state.db")
    ping(engine)
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA busy_timeout")) == 15_000
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
    engine.dispose()


def test_state_needs_a_file():
    with pytest.raises(ValueError, match="file"):
        open_engine("sqlite://")


def test_what_a_transaction_read_still_holds_when_it_writes(engine: Engine):
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE counter (value INTEGER)"))
        connection.execute(text("INSERT INTO counter VALUES (0)"))

    def count(_: int) -> None:
        for _ in range(10):
            with engine.begin() as connection:
                value = connection.scalar(text("SELECT value FROM counter")) or 0
                connection.execute(text("UPDATE counter SET value = :value"), {"value": value + 1})

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(count, range(4)))
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT value FROM counter")) == 40


def test_a_reader_does_not_wait_for_a_writer(engine: Engine):
    with engine.begin() as writer:
        writer.execute(text("INSERT INTO workers (name, seen_at) VALUES ('w', 1)"))
        with reading(engine) as reader:
            assert reader.scalar(text("SELECT count(*) FROM workers")) == 0


def test_what_fails_leaves_nothing_behind(engine: Engine):
    with pytest.raises(ZeroDivisionError), engine.begin() as connection:
        connection.execute(text("CREATE TABLE half (x INTEGER)"))
        connection.execute(text("INSERT INTO workers (name, seen_at) VALUES ('w', 1)"))
        raise ZeroDivisionError
    assert "half" not in inspect(engine).get_table_names()
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT count(*) FROM workers")) == 0


def test_processes_that_start_together_bring_it_up_to_date_once(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/state.db"
    program = "import sys, longhand.servicekit.state as s; s.migrate(s.open_engine(sys.argv[1]), sys.argv[2])"
    command = [sys.executable, "-c", program, url, "longhand.servicekit.jobs"]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    started = [subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) for _ in range(4)]
    assert [process.communicate()[1] for process in started] == [b""] * 4
    assert [process.returncode for process in started] == [0] * 4
    engine = open_engine(url)
    assert {"jobs", "job_keys", "workers", "fired"} <= set(inspect(engine).get_table_names())
    engine.dispose()


def test_threads_that_start_together_wait_for_each_other(tmp_path: Path):
    def start(number: int) -> None:
        engine = open_engine(f"sqlite:///{tmp_path}/{number}.db")
        migrate(engine, "longhand.servicekit.jobs")
        engine.dispose()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(start, range(4)))


def test_two_packages_share_a_database(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    revisions = tmp_path / "neighbour" / "migrations"
    revisions.mkdir(parents=True)
    (tmp_path / "neighbour" / "__init__.py").touch()
    (revisions / "0001_houses.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        "revision, down_revision = '0001', None\n"
        "def upgrade():\n    op.create_table('houses', sa.Column('id', sa.Integer, primary_key=True))\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    migrate(engine, "neighbour")
    migrate(engine, "neighbour")
    assert {"houses", "jobs", "revision_of_neighbour"} <= set(inspect(engine).get_table_names())


def test_a_commit_waits_for_the_disk_unless_it_need_not(tmp_path: Path):
    found = {}
    for durable in (True, False):
        engine = open_engine(f"sqlite:///{tmp_path}/state.db", durable=durable)
        with engine.connect() as connection:
            found[durable] = connection.exec_driver_sql("PRAGMA synchronous").scalar()
        engine.dispose()
    assert found == {True: 2, False: 1}


def test_what_a_database_complains_about_names_no_values(tmp_path: Path):
    own = open_engine(f"sqlite:///{tmp_path}/own.db")
    ping(own)
    for connecting in (own, open_reader(f"sqlite:///{tmp_path}/own.db")):
        with pytest.raises(OperationalError, match="nowhere") as complaint, connecting.connect() as connection:
            connection.execute(text("SELECT * FROM nowhere WHERE text = :said"), {"said": "a person's words"})
        assert "person" not in str(complaint.value)
        connecting.dispose()
