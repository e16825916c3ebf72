"""The files of a bundle, which is a folder: their names, hashes and identity.

`model.onnx` and `card.json` are served, and `language.npz` where the model reads with a language; `weights.keras` is
there to learn from. `LICENSE` and `NOTICE` lie beside them where the model descends from a network of others.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from longhand.bundles.errors import BundleError

MODEL, CARD, LANGUAGE, WEIGHTS = "model.onnx", "card.json", "language.npz", "weights.keras"
LICENCE, NOTICE = "LICENSE", "NOTICE"
NEEDED = (MODEL, CARD)
NOTICES = (LICENCE, NOTICE)
SERVED = (*NEEDED, LANGUAGE, *NOTICES)
FILES = (*SERVED, WEIGHTS)


def is_bundle(folder: Path) -> bool:
    """Whether a folder has all files without which a model cannot be served."""
    return all((folder / name).is_file() for name in NEEDED)


def list_files(bundle: Path) -> list[Path]:
    """The files of a bundle that are there, in the order of FILES."""
    return [bundle / name for name in FILES if (bundle / name).is_file()]


def fingerprints(bundle: Path) -> dict[str, str]:
    """SHA-256 of each file of a bundle, by name; raises BundleError where a needed part is missing."""
    if missing := [name for name in NEEDED if not (bundle / name).is_file()]:
        raise BundleError(f"{bundle} is not a bundle: it lacks {', '.join(missing)}.")
    return {file.name: digest(file) for file in list_files(bundle)}


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
