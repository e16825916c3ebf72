"""Files and folders as dvc knows them: by MD5."""

import hashlib
import json
from pathlib import Path
from typing import TypedDict


class Entry(TypedDict, total=False):
    """What a lock says of a file or folder; `nfiles` of folders only."""

    path: str
    hash: str
    md5: str
    size: int
    nfiles: int


def describe(root: Path, path: str) -> Entry:
    """What dvc would write of a file or folder below `root`; raises FileNotFoundError."""
    place = root / path
    if not place.is_dir():
        data = place.read_bytes()
        return {"path": path, "hash": "md5", "md5": hashlib.md5(data).hexdigest(), "size": len(data)}
    files = {file.relative_to(place).as_posix(): file for file in place.rglob("*") if _counts(file)}
    contents = [(name, files[name].read_bytes()) for name in sorted(files)]
    listing = [{"md5": hashlib.md5(data).hexdigest(), "relpath": name} for name, data in contents]
    md5 = hashlib.md5(json.dumps(listing, sort_keys=True).encode()).hexdigest() + ".dir"
    size = sum(len(data) for _, data in contents)
    return {"path": path, "hash": "md5", "md5": md5, "size": size, "nfiles": len(files)}


def _counts(file: Path) -> bool:
    return file.is_file() and "__pycache__" not in file.parts
