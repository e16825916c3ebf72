"""Ingestion's journal, as training may see it: to read."""

from sqlalchemy.engine import Engine

from longhand.servicekit.state import open_reader
from services.training.settings import TrainingSettings


def open_journal(settings: TrainingSettings) -> Engine:
    """The database with ingestion's journal, for `longhand.samples` to read with `servicekit.state.reading`.

    Nothing is connected yet. A connection raises OperationalError while ingestion has never run, or is out of reach.
    """
    return open_reader(settings.journal_url)
