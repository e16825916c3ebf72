"""A service's database: SQLite in a file, or PostgreSQL, by URL."""

import importlib.resources
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url

BUSY_MS = 15_000
_READ_ONLY = "longhand_read_only"
_ONE = threading.Lock()  # Alembic's `op` belongs to the process
Clock = Callable[[Connection], float]
"""Seconds since 1970, as the other end of a connection has them."""


def open_engine(url: str, *, durable: bool = True) -> Engine:
    """An engine for `sqlite:///PATH` (its folder is made) or `postgresql://…`, there with `?schema=NAME` if wanted.

    On SQLite a transaction takes the write lock when it begins, so that what it read still holds when it writes.
    Without `durable` a commit does not wait for the disk: it outlives the process, not a power failure.

    What it complains about names no values, here and in `open_reader`: a person's words must not come into a log.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed, durable)
    return _open_postgres(parsed, durable)


def open_reader(url: str) -> Engine:
    """An engine on a database of another service, by a URL as for `open_engine`: it reads and cannot write.

    Nothing is made: where there is no such database yet, connecting raises OperationalError. A SQLite file on a
    read-only file system can be read while its owner runs.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _read_sqlite(parsed)
    return _connect_postgres(parsed, ["-c default_transaction_read_only=on"])


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that only reads, and keeps no writer waiting."""
    with engine.connect() as connection:
        yield connection.execution_options(**{_READ_ONLY: True})


def scrub(engine: Engine) -> bool:
    """Empties SQLite's log, in which deleted content stays until then; False where somebody reads from it just now.

    PostgreSQL does the like by itself: by vacuuming, and by recycling its log.
    """
    if engine.dialect.name != "sqlite":
        return True
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy: int = cursor.fetchall()[0][0]
        return busy == 0
    finally:
        connection.close()


def ping(engine: Engine) -> None:
    """Passes where the database answers."""
    with reading(engine) as connection:
        connection.execute(text("SELECT 1"))


def now(connection: Connection) -> float:
    """The database's clock: PostgreSQL's own, so that machines need not agree; SQLite's is that of its one machine."""
    if connection.dialect.name != "postgresql":
        return time.time()
    moment: float = connection.execute(text("SELECT extract(epoch FROM clock_timestamp())::float8")).scalar_one()
    return moment


def _open_sqlite(url: URL, durable: bool) -> Engine:
    if not url.database or url.database == ":memory:":
        raise ValueError("state needs a file: sqlite:///PATH")
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_MS / 1000}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # or the driver begins and commits where it sees fit
        waiting = f"synchronous = {'FULL' if durable else 'NORMAL'}"
        # What is deleted is overwritten: a person's words must not stay in free pages.
        own = ("journal_mode = WAL", "foreign_keys = ON", "secure_delete = ON", waiting)
        for pragma in (f"busy_timeout = {BUSY_MS}", *own):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        read_only = connection.get_execution_options().get(_READ_ONLY)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def _read_sqlite(url: URL) -> Engine:
    url = url.set(database=f"file:{quote(url.database or '')}", query={"mode": "ro", "uri": "true"})
    engine = create_engine(url, connect_args={"timeout": BUSY_MS / 1000}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def _connect_postgres(url: URL, settings: list[str]) -> Engine:
    if not url.get_driver_name() or url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+psycopg")
    if schema := url.query.get("schema"):
        settings = [f"-c search_path={schema}", *settings]
    options = {"options": " ".join(settings)} if settings else {}
    url = url.difference_update_query(["schema"])
    return create_engine(url, pool_pre_ping=True, connect_args=options, hide_parameters=True)


def _open_postgres(url: URL, durable: bool) -> Engine:
    engine = _connect_postgres(url, [] if durable else ["-c synchronous_commit=off"])
    if schema := url.query.get("schema"):
        with engine.begin() as connection:
            name = connection.dialect.identifier_preparer.quote(str(schema))
            connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {name}"))
    return engine


def migrate(engine: Engine, package: str) -> None:
    """Brings the tables of `package` to the newest of the Alembic revisions in its folder `migrations`.

    Each package has a version table of its own, so several can share a database. Processes that start together wait
    for each other.
    """
    # Only a start needs Alembic; what runs on does without.
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    folder = str(importlib.resources.files(package) / "migrations")
    script = ScriptDirectory(folder, version_locations=[folder])

    def upgrade(revision: str, _: object) -> object:
        return script._upgrade_revs("head", revision)

    with _ONE, EnvironmentContext(Config(), script, fn=upgrade) as environment, engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(7241953)"))
        environment.configure(connection=connection, version_table=f"revision_of_{package.replace('.', '_')}")
        environment.run_migrations()
