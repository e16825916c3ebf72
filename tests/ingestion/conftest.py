"""Ingestion with its worker, and folders of pictures to take in."""

import io
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from longhand.servicekit.jobs.working.worker import Worker
from services.ingestion.app import create_app
from services.ingestion.settings import IngestionSettings
from services.ingestion.worker import working
from tests.service import Client, busy, calling, make_var


def draw(text: str) -> bytes:
    """A small picture of a text, as PNG."""
    image = Image.new("L", (60, 24), 255)
    ImageDraw.Draw(image).text((4, 4), text, fill=0)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def write_folder(folder: Path, pictures: dict[str, tuple[bytes, str]]) -> None:
    """A folder in the lines.jsonl layout."""
    folder.mkdir(parents=True)
    with (folder / "lines.jsonl").open("w") as lines:
        for name, (content, text) in pictures.items():
            if "/" not in name:
                (folder / name).write_bytes(content)
            lines.write(json.dumps({"image": name, "text": text, "writer": f"w-{text}"}) + "\n")


@pytest.fixture
def settings(tmp_path: Path) -> IngestionSettings:
    return IngestionSettings(var=make_var(tmp_path), lease=3)


@pytest.fixture
async def client(settings: IngestionSettings) -> AsyncIterator[Client]:
    async with calling(create_app(settings), settings.var, "ingestion") as client:
        yield client


@pytest.fixture
def worker(settings: IngestionSettings) -> Iterator[Worker]:
    with working(settings) as worker, busy(worker):
        yield worker
