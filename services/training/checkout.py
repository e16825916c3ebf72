"""The commit of the checkout that trains."""

import os
import subprocess
from pathlib import Path

MADE = (":!*dvc.lock", ":!bundles")
"""What a run of the pipeline itself changes in a checkout."""


def describe_commit(source: Path) -> str:
    """Its commit, `+dirty` where it was changed since; what the environment says where there is no git."""
    try:
        commit = _git(source, "rev-parse", "HEAD")
        changed = _git(source, "status", "--porcelain", "--", ".", *MADE)
        return commit + ("+dirty" if changed else "")
    except (OSError, subprocess.CalledProcessError):
        return os.environ.get("LONGHAND_COMMIT", "unknown")


def _git(source: Path, *arguments: str) -> str:
    command = ["git", "-C", str(source), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
