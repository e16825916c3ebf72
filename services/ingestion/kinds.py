"""The kinds of jobs that ingestion does."""

import sys

from longhand.contracts.jobs import IngestRequest
from longhand.servicekit.jobs.kinds import Kind, Kinds
from services.ingestion.settings import IngestionSettings


def list_kinds(settings: IngestionSettings) -> Kinds:
    """The table; its commands are given what the settings say."""
    command = [sys.executable, "-m", "services.ingestion.child"]
    command += ["--store", settings.store_url, "--imports", settings.imports_url]
    if settings.datasets:
        command += ["--datasets", str(settings.datasets)]
    return Kinds(Kind("ingest", "ingest", IngestRequest, lambda _: command, alike=("dataset", "folder")))
