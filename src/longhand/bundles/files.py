"""A bundle on disk: a folder of `model.onnx` and `card.json`, and of `language.npz` where the model reads with a
language, which are served, and of `weights.keras` to learn from."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from longhand.bundles.errors import BundleError

NEEDED = ("model.onnx", "card.json")
SERVED = (*NEEDED, "language.npz")
FILES = (*SERVED, "weights.keras")
SHA256 = "sha256."


def fingerprints(bundle: Path) -> dict[str, str]:
    """SHA-256 of each file of a bundle, by name; raises BundleError where a needed part is missing."""
    if missing := [name for name in NEEDED if not (bundle / name).is_file()]:
        raise BundleError(f"{bundle} is not a bundle: it lacks {', '.join(missing)}.")
    return {name: digest(bundle / name) for name in FILES if (bundle / name).is_file()}


def digest(file: Path) -> str:
    """SHA-256 of a file's content."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def identity(hashes: Mapping[str, str]) -> str:
    """One hash for a whole bundle: the same files have the same identity."""
    return hashlib.sha256(json.dumps(dict(sorted(hashes.items()))).encode()).hexdigest()


def check(bundle: Path, hashes: Mapping[str, str]) -> None:
    """Raises BundleError where a file's content is not what its hash says."""
    for name, expected in hashes.items():
        if digest(bundle / name) != expected:
            raise BundleError(f"{name} is damaged: its SHA-256 is not the one that was registered.")


def read_card(bundle: Path) -> dict[str, Any]:
    """The bundle's card; raises BundleError where it is not a JSON object."""
    try:
        card = json.loads((bundle / "card.json").read_bytes())
    except ValueError as error:
        raise BundleError(f"{bundle / 'card.json'} is not JSON: {error}.") from error
    if not isinstance(card, dict):
        raise BundleError(f"{bundle / 'card.json'} is not a JSON object.")
    return card
