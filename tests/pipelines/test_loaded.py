"""What a stage loads while it runs is what its recipe says it depends on, whatever way it finds it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.definition.imports import Imports
from pipelines.definition.recipes import CURVES, FORMATS
from pipelines.recipe import TRACKING
from tests.pipelines.workshop import workshop

ROOT = Path(__file__).parents[2]
SHOW = """
import json, runpy, sys
module, *sys.argv[1:] = sys.argv[1:]
runpy.run_module(module, run_name="__main__")
files = [getattr(loaded, "__file__", None) for loaded in list(sys.modules.values())]
print(json.dumps([file for file in files if file]))
"""


def loaded(stage: str) -> set[str]:
    """The files of this project that a stage has loaded once it has run in the working directory."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", TRACKING: ""}
    command = [sys.executable, "-c", SHOW, f"pipelines.{stage}", "--recipe", "starter", "--model", "text"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    files = [Path(file) for file in json.loads(done.stdout.splitlines()[-1])]
    return {
        file.relative_to(ROOT).as_posix() for file in files if file.is_relative_to(ROOT) and ".venv" not in file.parts
    }


@pytest.mark.timeout(600)
def test_stages_load_no_code_that_they_do_not_depend_on(tmp_path: Path) -> None:
    imports = Imports(ROOT)
    with workshop(tmp_path, "text"):
        for stage in ("ingest", "validate", "prepare", "train"):
            known = set(imports.files(f"pipelines.{stage}", [CURVES, FORMATS]))
            code = {file for file in loaded(stage) if (ROOT / file).read_text().count("import ")}
            assert code - known == set(), stage
