"""A history of thousands of readings, written into the journal as ingestion writes it."""

import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from longhand.samples.errors import UnknownSample
from longhand.samples.journal import Journal
from longhand.samples.record import Record
from longhand.servicekit.state import open_engine
from tests.browser.drawing import picture
from tests.platform import RunningPlatform

WORDS = ("Genf", "Bern", "Paris", "Wien", "Berlin", "London")
PATIENCE_S = 30


def fill(platform: RunningPlatform, name: str, count: int, folder: Path) -> None:
    """So many readings of somebody: some words that were read for `user1`, again and again under ids of their own."""
    engine = open_engine(f"sqlite:///{platform.var}/ingestion/state.db", durable=False)
    journal = Journal(engine)
    read = [_read(platform, journal, picture(folder / f"{word}.png", word)) for word in WORDS]
    for number in range(count):
        journal.take(replace(read[number % len(read)], id=f"{name}-{number}", by=name))
    engine.dispose()


def _read(platform: RunningPlatform, journal: Journal, file: Path) -> Record:
    """What the journal holds of a picture that was sent, once it has come there."""
    with platform.client() as client:
        answer = client.post("/predict", files={"file": file.read_bytes()}, data={"name": file.name})
        sent = answer.raise_for_status().json()["id"]
    begun = time.monotonic()
    while time.monotonic() < begun + PATIENCE_S:
        with suppress(UnknownSample):
            return journal.readings.get(sent)
        time.sleep(0.05)
    raise TimeoutError(f"the reading {sent} was not delivered")
