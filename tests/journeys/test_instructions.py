"""What the tutorial and the how-to of lexicons tell a person to type is typed, word for word."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.platform import ROOT, RunningPlatform

COMMANDS = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHELL = """set -euo pipefail
curl() { command curl -w '%{stderr}%{http_code}\\n' "$@" 2>> statuses; }
"""


def type_page(page: str, platform: RunningPlatform, folder: Path) -> list[int]:
    """Type all commands of a page but the start of the platform; the statuses of the answers in their order."""
    (folder / ".venv").symlink_to(sys.prefix)
    (folder / "bundles").symlink_to(ROOT / "bundles")
    shutil.copy(ROOT / "README.md", folder)
    commands = "\n".join(COMMANDS.findall((ROOT / "docs" / page).read_text(encoding="utf-8")))
    script = commands.replace("make run\n", "").replace("http://127.0.0.1:8000", platform.url("gateway"))
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    done = subprocess.run(
        ["bash", "-c", SHELL + script], cwd=folder, env=environment, capture_output=True, text=True, timeout=170
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return [int(status) for status in (folder / "statuses").read_text().split()]


@pytest.mark.parametrize(
    ("page", "refused"), [("tutorial.md", [415]), ("how-to/use-a-lexicon.md", [])], ids=["tutorial", "lexicons"]
)
def test_every_command_does_what_the_page_says(
    page: str, refused: list[int], platform: RunningPlatform, tmp_path: Path
) -> None:
    statuses = type_page(page, platform, tmp_path)
    assert len(statuses) >= 5
    assert [status for status in statuses if status >= 300] == refused
