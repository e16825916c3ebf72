"""The kinds of jobs that ingestion does."""

import sys

from longhand.contracts.jobs import IngestRequest
from longhand.contracts.learning import GatherRequest
from longhand.servicekit.jobs.kinds import Kind, Kinds
from services.ingestion.gathering.child import STATE
from services.ingestion.settings import IngestionSettings


def list_kinds(settings: IngestionSettings) -> Kinds:
    """The table; its commands are given what the settings say."""
    command = [sys.executable, "-m", "services.ingestion.child"]
    command += ["--store", settings.store_url, "--imports", settings.imports_url]
    command += ["--unpacked", str(settings.max_unpacked), "--files", str(settings.max_files)]
    if settings.datasets:
        command += ["--datasets", str(settings.datasets)]
    gather = [sys.executable, "-m", "services.ingestion.gathering.child", "--store", settings.store_url]
    gather += ["--share", str(settings.trust_share), "--certainty", str(settings.trust_certainty)]
    return Kinds(
        Kind("ingest", "ingest", IngestRequest, lambda _: command, alike=("dataset", "folder", "archive")),
        Kind("gather", "gather", GatherRequest, lambda _: gather, {STATE: settings.state_url}),
    )
