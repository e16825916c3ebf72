"""What can be ingested: the names of the data sets, the formats of folders and their options."""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from longhand.contracts.datasets import Licence
from longhand.servicekit.errors import Unavailable
from services.ingestion.errors import BadFormat, UnknownDataset

_PROGRAM = """
import json
from longhand.datasets.catalogue import CATALOGUE
from longhand.datasets.formats import FORMATS
known = {name: [entry.title, entry.licence, entry.source] for name, entry in CATALOGUE.items()}
print(json.dumps([known, {name: list(form.options) for name, form in FORMATS.items()}]))
"""


@dataclass(frozen=True)
class Known:
    """The catalogue's data sets with their licences, and the names of each format's options."""

    datasets: Mapping[str, Licence]
    options: Mapping[str, tuple[str, ...]]


@cache
def known() -> Known:
    """What there is; asked of a child process, once, as the adapters bring what draws and decodes pictures."""
    done = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise Unavailable(f"The catalogue of data sets cannot be read: {done.stderr.strip().splitlines()[-1]}")
    datasets, formats = json.loads(done.stdout)
    licences = {
        name: Licence(title=title, licence=licence, source=source)
        for name, (title, licence, source) in datasets.items()
    }
    return Known(licences, {name: tuple(options) for name, options in formats.items()})


def check_dataset(name: str) -> None:
    """Raises UnknownDataset, which lists what there is."""
    if name not in known().datasets:
        raise UnknownDataset(f"There is no data set {name!r}. Choose one of {', '.join(known().datasets)}.")


def find_licence(name: object) -> Licence | None:
    """That of a data set of the catalogue; none where there is no such set."""
    return known().datasets.get(name) if isinstance(name, str) else None


def check_format(name: str | None, options: Iterable[str]) -> None:
    """Raises BadFormat for a format that there is not, or an option that it, or every format, lacks."""
    formats = known().options
    if name is not None and name not in formats:
        raise BadFormat(f"There is no format {name!r}. Choose one of {', '.join(formats)}.")
    has = formats[name] if name else tuple(sorted({one for some in formats.values() for one in some}))
    if unknown := sorted(set(options) - set(has)):
        owner = f"The format {name} has" if name else "The formats have"
        offer = f"There are: {', '.join(has)}." if has else "It has none."
        raise BadFormat(f"{owner} no option {', '.join(map(repr, unknown))}. {offer}")
