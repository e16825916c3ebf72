"""The map of DESIGN: imports go one way, and nothing goes round in circles."""

import subprocess
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("longhand", "services", "pipelines", cache_dir=None)


def test_the_import_contracts_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout


def test_no_module_imports_itself_by_a_detour(graph: grimp.ImportGraph) -> None:
    circles = [
        chain
        for module in graph.modules
        for imported in graph.find_modules_directly_imported_by(module)
        if (chain := graph.find_shortest_chain(importer=imported, imported=module))
    ]
    assert circles == []


def test_the_gateway_imports_only_contracts_servicekit_and_the_floor(graph: grimp.ImportGraph) -> None:
    own = graph.find_descendants("services.gateway") | {"services.gateway"}
    others = {i for module in own for i in graph.find_modules_directly_imported_by(module)} - own
    allowed = ("longhand.contracts", "longhand.servicekit", "longhand.tasks", "longhand.durable", "longhand.errors")
    assert [name for name in others if not name.startswith(allowed)] == []
