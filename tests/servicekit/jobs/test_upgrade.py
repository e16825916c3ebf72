"""Databases of earlier releases, with jobs in them, are brought to what the code expects."""

from importlib import import_module
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Engine, text

from longhand.contracts.jobs import JobStatus
from longhand.servicekit.jobs.log import JobLog
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.state import migrate, open_engine

JOB = """insert into jobs
    (id, kind, status, arguments, fingerprint, "by", attempt, lapses, created_at, progress, cancelling)
values (:id, 'train', :status, '{"model": "text"}', :id, 'admin1', :attempt, 0, 1800000000.0, '{}', false)"""


def fill_first_release(engine: Engine) -> None:
    """The tables as the first revision makes them, with a finished job, a waiting one and its key."""
    with engine.begin() as connection:
        with Operations.context(MigrationContext.configure(connection)):
            import_module("longhand.servicekit.jobs.migrations.0001_jobs").upgrade()
        for id, status, attempt in (("trn-1", "succeeded", 1), ("trn-2", "queued", 0)):
            connection.execute(text(JOB), {"id": id, "status": status, "attempt": attempt})
        connection.execute(text("insert into job_keys (\"by\", key, job) values ('admin1', 'once', 'trn-2')"))
        connection.execute(text("insert into workers (name, seen_at) values ('old', 1800000000.0)"))
        connection.execute(text("create table revision_of_longhand_servicekit_jobs (version_num varchar(32))"))
        connection.execute(text("insert into revision_of_longhand_servicekit_jobs values ('0001')"))


def test_jobs_of_the_first_release_go_on_after_the_upgrade(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/state.db")
    fill_first_release(engine)
    migrate(engine, "longhand.servicekit.jobs")
    store = JobStore(engine, "trn")
    assert [(store.get(id).status, store.get(id).by) for id in ("trn-1", "trn-2")] == [
        (JobStatus.SUCCEEDED, "admin1"),
        (JobStatus.QUEUED, "admin1"),
    ]
    JobLog(engine).adopt("trn-1", b"what it printed")
    assert JobLog(engine).read("trn-1") == b"what it printed"
    engine.dispose()
