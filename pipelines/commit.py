"""Which code a run was made with."""

import os
import subprocess


def describe_commit() -> str:
    """The commit of the code, `+dirty` where files that are not made by the pipeline differ from it.

    LONGHAND_COMMIT where there is no repository.
    """
    if commit := os.environ.get("LONGHAND_COMMIT"):
        return commit
    head = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    if head.returncode:
        return "unknown"
    made = [":!*dvc.lock", ":!bundles"]
    changes = subprocess.run(
        ["git", "status", "--porcelain", "--", ".", *made], capture_output=True, text=True, check=False
    )
    return head.stdout.strip() + ("+dirty" if changes.stdout.strip() else "")
