"""The names of the data sets that can be ingested."""

import json
import subprocess
import sys
from functools import cache

from longhand.servicekit.errors import Unavailable
from services.ingestion.errors import UnknownDataset

_PROGRAM = "import json; from longhand.datasets.catalogue import CATALOGUE; print(json.dumps(list(CATALOGUE)))"


@cache
def names() -> tuple[str, ...]:
    """Every name; asked of a child process, once, as the catalogue brings what draws and decodes pictures."""
    done = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise Unavailable(f"The catalogue of data sets cannot be read: {done.stderr.strip().splitlines()[-1]}")
    return tuple(json.loads(done.stdout))


def check(name: str) -> None:
    """Raises UnknownDataset, which lists what there is."""
    if name not in names():
        raise UnknownDataset(f"There is no data set {name!r}. Choose one of {', '.join(names())}.")
