"""The data sets that are known by name, and where they lie."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from longhand.datasets.adapters.idx import read_idx, read_mnist
from longhand.datasets.documents import Cut
from longhand.datasets.drawn import find_origin
from longhand.datasets.readers import (
    VARIABLE,
    Fonts,
    Request,
    read_composed,
    read_digits,
    read_entries,
    read_forms,
    read_known,
    read_omniglot,
    read_pages,
    read_recomposed,
    read_rendered,
    read_strokes,
    take_lines,
)
from longhand.datasets.sample import Sample, UnknownDataset
from longhand.datasets.source import Source
from longhand.datasets.synthetic.strokes import draw_samples
from longhand.datasets.synthetic.vocabulary import make_texts
from longhand.tasks import GLYPHS


@dataclass(frozen=True)
class Entry:
    """A known data set: what it is, its licence, where it is published, how it is read, and the charset it keeps to."""

    title: str
    licence: str
    source: str
    read: Callable[[Request], Iterator[Sample]]
    charset: str = "full"


def load(
    name: str,
    root: Path | None = None,
    *,
    count: int = 1000,
    seed: int = 0,
    cut: Cut = "outline",
    fonts: Fonts = "all",
    alignment: Path | None = None,
) -> Iterator[Sample]:
    """The samples of a data set, in a fixed order; `dhsd:more` are those of dhsd under that name.

    Raises UnknownDataset or DatasetError.

    `root` is the folder where data sets lie, by default the one that LONGHAND_DATASETS names.
    """
    origin = find_origin(name)
    if origin not in CATALOGUE:
        raise UnknownDataset(f"There is no data set {name!r}. Choose one of {', '.join(CATALOGUE)}.")
    if root is None and os.environ.get(VARIABLE):
        root = Path(os.environ[VARIABLE])
    entry = CATALOGUE[origin]
    samples = entry.read(Request(origin, entry.source, root, count, seed, cut, fonts, alignment))
    return samples if name == origin else (replace(sample, set=name) for sample in samples)


_HTR = "https://github.com/"


def _lines(title: str, repository: str) -> Entry:
    """Lines of a repository whose makers license pictures and texts CC BY 4.0."""
    return Entry(title, "CC BY 4.0", _HTR + repository, read_known)


CATALOGUE: Mapping[str, Entry] = {
    "digits": Entry("Handwritten digits, 8 × 8", "CC BY 4.0", "https://doi.org/10.24432/C50P49", read_digits, "digits"),
    "strokes": Entry("Words drawn with Hershey's fonts", "own", "drawn", read_strokes),
    "stroke-glyphs": Entry(
        "Characters drawn with Hershey's fonts",
        "own",
        "drawn",
        lambda r: draw_samples(GLYPHS, r.count, r.seed, "stroke-glyphs"),
    ),
    "rendered": Entry(
        "Words rendered with handwriting fonts",
        "OFL 1.1, Apache 2.0",
        "https://fontsource.org",
        lambda r: read_rendered(r, lambda q: make_texts(q.count, q.seed, longest=64, names=0.35), "rendered"),
    ),
    "composed": Entry(
        "Words put together from hand-written-62",
        "MIT",
        "https://github.com/Bishwaprotapi/Hand-Written",
        read_composed,
    ),
    "rendered-glyphs": Entry(
        "Characters rendered with handwriting fonts",
        "OFL 1.1, Apache 2.0",
        "https://fontsource.org",
        lambda r: read_rendered(r, lambda q: list(GLYPHS), "rendered-glyphs"),
    ),
    "mnist": Entry(
        "Digits, 28 × 28", "ISC", "http://yann.lecun.com/exdb/mnist", lambda r: read_mnist(r.folder()), "digits"
    ),
    "emnist-byclass": Entry(
        "Digits and letters of NIST's forms, 28 × 28",
        "NIST Special Database 19; see source",
        "https://www.nist.gov/itl/products-and-services/emnist-dataset",
        lambda r: read_idx(Source(r.folder("emnist"), r.name), part="byclass"),
    ),
    "hand-written-62": Entry(
        "Digits and letters of many writers", "MIT", _HTR + "Bishwaprotapi/Hand-Written", read_known
    ),
    "omniglot-latin": Entry(
        "Letters drawn by 20 people", "MIT", _HTR + "brendenlake/omniglot", read_omniglot, "lowercase"
    ),
    "dhsd": Entry("German place and street names", "CC BY 4.0", "https://doi.org/10.5281/zenodo.18743313", read_known),
    "stanford-memorials": _lines(
        "English letters of 1905, lines", "PSL-Chartes-HTR-Students/HN2021-Memorials_Jane_Lathrop_Stanford"
    ),
    "peraire": _lines("French, one writer, lines", "alix-tz/peraire-ground-truth"),
    "testament-de-poilus": _lines("French wills of 1914-18, lines", "HTR-United/CREMMA-AN-TestamentDePoilus"),
    "testaments-de-poilus-1": _lines("French wills of 1898-1918, lines", "HTR-United/CREMMA-AN-TestamentsDePoilus"),
    "cremma-mss-18": _lines("French, 18th century, lines", "HTR-United/CREMMA-MSS-18"),
    "cremma-mss-19": _lines("French, 19th century, lines", "HTR-United/CREMMA-MSS-19"),
    "cremma-mss-20": _lines("French, 20th century, lines", "HTR-United/CREMMA-MSS-20"),
    "htromance-18": _lines("French, mostly 18th century, lines", "HTRomance-Project/modern-roman-languages"),
    "lectaurep-repertoires": _lines(
        "French notaries' registers of 1830-1939, lines", "HTR-United/lectaurep-repertoires"
    ),
    "lectaurep-mariages": _lines(
        "French notaries' registers of about 1900, lines", "HTR-United/lectaurep-mariages-et-divorces"
    ),
    "timeus": _lines("French labour-court minutes of 1858 and 1878, lines", "HTR-United/timeuscorpus"),
    "tables-decennales": _lines("French names and dates of 1902-13, lines", "Lucie-Louis/Tables_decennales_HTR"),
    "celestine": _lines("French diary of 1914-15, one writer, lines", "alix-tz/dataset-celestine-doniau-danest"),
    "pages": Entry("Lines of whole pages of these archives", "CC BY 4.0", "https://htr-united.github.io", read_pages),
    "rendered-lines": Entry(
        "Running text of archives rendered with handwriting fonts",
        "CC BY 4.0, public domain; OFL 1.1, Apache 2.0",
        "https://htr-united.github.io",
        lambda r: read_rendered(replace(r, fonts="training"), take_lines, "rendered-lines"),
    ),
    "rendered-entries": Entry(
        "Entries of forms rendered with handwriting fonts",
        "OFL 1.1, Apache 2.0",
        "https://fontsource.org",
        read_entries,
    ),
    "recomposed": Entry(
        "English, German and French text put together from pieces of one writer's lines",
        "CC BY 4.0",
        "https://htr-united.github.io",
        lambda r: read_recomposed(r, lambda name: load(name, r.root)),
    ),
    "forms": Entry(
        "600 entries of forms in 20 fonts that write nothing to train on",
        "OFL 1.1, Apache 2.0",
        "https://fontsource.org",
        read_forms,
    ),
}
