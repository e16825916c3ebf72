"""An image holds the code that its service imports, at whatever depth, and no other room of the library."""

import re
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
SERVICES = ("gateway", "ingestion", "prediction", "training")


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("longhand", "services", "pipelines", cache_dir=None)


def copied(service: str) -> list[str]:
    """What the Dockerfile copies of the code, from the checkout's root."""
    lines = (ROOT / "services" / service / "Dockerfile").read_text().splitlines()
    words = [line.split()[1:-1] for line in lines if re.match(r"COPY (src|services|pipelines)", line)]
    return [word for group in words for word in group]


def path(module: str) -> str:
    stem = Path(*module.split("."))
    stem = stem if module.startswith(("services", "pipelines")) else Path("src") / stem
    return str(stem / "__init__.py" if (ROOT / stem).is_dir() else stem.with_suffix(".py"))


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_holds_what_its_service_imports(graph: grimp.ImportGraph, service: str) -> None:
    own = graph.find_descendants(f"services.{service}")
    needed = {path(name) for module in own for name in graph.find_upstream_modules(module) | {module}}
    held = copied(service)
    assert [file for file in sorted(needed) if not any(file == one or file.startswith(f"{one}/") for one in held)] == []
