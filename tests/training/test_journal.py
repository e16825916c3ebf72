"""The journal as training sees it: what ingestion has written, and no way to write."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import OperationalError

from longhand.samples.journal import Journal
from longhand.samples.tables import journal
from longhand.servicekit.state import migrate, open_engine, reading
from services.training.journal import open_journal
from services.training.settings import TrainingSettings
from tests.samples.conftest import make_record


@pytest.fixture
def settings(tmp_path: Path) -> TrainingSettings:
    return TrainingSettings(var=tmp_path)


def kinds(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return list(connection.scalars(select(journal.c.kind).order_by(journal.c.number)))


def test_training_sees_what_ingestion_writes_while_both_have_the_database_open(settings: TrainingSettings) -> None:
    owner, reader = open_engine(f"sqlite:///{settings.var}/ingestion/state.db"), open_journal(settings)
    migrate(owner, "services.ingestion")
    assert kinds(reader) == []
    Journal(owner).take(make_record())
    assert kinds(reader) == ["received", "read"]
    for engine in (owner, reader):
        engine.dispose()
    assert kinds(reader) == ["received", "read"]
    reader.dispose()


def test_training_cannot_write_to_the_journal(settings: TrainingSettings) -> None:
    owner, reader = open_engine(f"sqlite:///{settings.var}/ingestion/state.db"), open_journal(settings)
    migrate(owner, "services.ingestion")
    with pytest.raises(OperationalError, match="readonly"), reader.begin() as connection:
        connection.execute(text("DELETE FROM journal"))
    for engine in (owner, reader):
        engine.dispose()


def test_nothing_is_made_where_ingestion_has_never_run(settings: TrainingSettings) -> None:
    with pytest.raises(OperationalError):
        kinds(open_journal(settings))
    assert list(settings.var.iterdir()) == []
