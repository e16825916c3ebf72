"""What earlier workers left on this machine: folders of jobs that have ended, the older of them with their logs."""

import logging
import shutil
from pathlib import Path

from longhand.contracts.jobs import JobStatus
from longhand.servicekit.errors import NotFound
from longhand.servicekit.jobs.log import JobLog
from longhand.servicekit.jobs.store import JobStore

_log = logging.getLogger(__name__)


def clear(store: JobStore, directory: Path) -> None:
    """Removes the folders of jobs that do not run, whose logs are in the table then."""
    for folder in directory.iterdir() if directory.is_dir() else ():
        id = "-".join(folder.name.split("-")[:2])
        try:
            if store.get(id).status is JobStatus.RUNNING:
                continue
            if folder.name == id:  # before logs were in the table, a job had one folder for all its attempts
                _adopt(JobLog(store.engine), id, folder / "log")
        except NotFound:
            _log.warning("%s belongs to no job", folder)
        shutil.rmtree(folder, ignore_errors=True)


def _adopt(log: JobLog, id: str, file: Path) -> None:
    if file.is_file() and not log.read(id):
        log.adopt(id, file.read_bytes())
