"""A database that an earlier version filled, and the command that makes the table of readings again."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

from longhand.contracts.accounts import Role
from services.ingestion.app import create_app
from services.ingestion.settings import IngestionSettings
from tests.service import calling, make_var

BEFORE = """
CREATE TABLE revision_of_services_ingestion (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
INSERT INTO revision_of_services_ingestion VALUES ('0001');
CREATE TABLE journal (number INTEGER NOT NULL PRIMARY KEY, reading VARCHAR(100) NOT NULL, kind VARCHAR(20) NOT NULL,
    at DATETIME NOT NULL, "by" VARCHAR(100) NOT NULL, body JSON NOT NULL);
CREATE INDEX ix_journal_reading ON journal (reading);
CREATE UNIQUE INDEX journal_once ON journal (reading, kind) WHERE kind != 'corrected';
CREATE INDEX journal_of ON journal ("by", kind, number);
"""
RECEIVED = {"picture": "a" * 64, "charset": "full", "document": None, "writer": "w7"}
RECEIVED["received_at"] = "2026-01-02T00:00:00Z"
READ = {
    "id": "r-1", "task": "text", "text": "Genf", "confidence": 0.9, "decision": "accept", "alternatives": [],
    "characters": [], "lexicon": None, "model": {"name": "text", "version": 3}, "elapsed_ms": 4.5, "by": "ann",
}  # fmt: skip
LINES = [("received", RECEIVED), ("read", READ), ("corrected", {"text": "Gent"}), ("corrected", {"text": "Bern"})]


def fill(file: Path) -> None:
    """The state of version 2.0 with one reading that was corrected twice."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(file) as database:
        database.executescript(BEFORE)
        for kind, body in LINES:
            row = ("r-1", kind, "2026-01-02 00:00:01.000000", "ann", json.dumps(body))
            database.execute('INSERT INTO journal (reading, kind, at, "by", body) VALUES (?, ?, ?, ?, ?)', row)


def state_file(settings: IngestionSettings) -> Path:
    return Path(settings.state_url.removeprefix("sqlite:///"))


def rows(file: Path) -> list[object]:
    with sqlite3.connect(file) as database:
        return database.execute("SELECT * FROM readings").fetchall()


async def test_the_readings_of_an_earlier_version_are_listed_as_they_stand(settings: IngestionSettings) -> None:
    fill(state_file(settings))
    async with calling(create_app(settings), settings.var, "ingestion") as client:
        (shown,) = (await client.be("rita", Role.REVIEWER).get("/readings?contains=bern")).json()["items"]
    assert (shown["text"], shown["correction"]["text"], shown["writer"]) == ("Genf", "Bern", "w7")
    assert (shown["elapsed_ms"], shown["received_at"]) == (4.5, "2026-01-02T00:00:00Z")


def test_the_command_makes_the_table_again_where_it_is_gone(tmp_path: Path) -> None:
    settings = IngestionSettings(var=make_var(tmp_path))
    fill(file := state_file(settings))
    create_app(settings)
    before = rows(file)
    with sqlite3.connect(file) as database:
        database.execute("DROP TABLE readings")
    command = [sys.executable, "-m", "services.ingestion.rebuild"]
    done = subprocess.run(command, env={"LONGHAND_VAR": str(tmp_path), "PYTHONPATH": ":".join(sys.path)},
        capture_output=True, text=True, timeout=60)  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "readings: 1\n"), done.stderr
    assert rows(file) == before and len(before) == 1
