"""The data sets that are known by name, and where they lie."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

from longhand.datasets.adapters.folders import read_folder
from longhand.datasets.adapters.idx import read_idx, read_mnist
from longhand.datasets.documents import Cut, read_documents
from longhand.datasets.drawn import find_origin
from longhand.datasets.fetching import PUBLISHED
from longhand.datasets.png import encode_png
from longhand.datasets.sample import DatasetError, Sample, UnknownDataset
from longhand.datasets.source import Source
from longhand.datasets.splits import Table, assign_split, read_splits
from longhand.datasets.synthetic.composed import compose_samples, gather_glyphs
from longhand.datasets.synthetic.entries import make_entries
from longhand.datasets.synthetic.families import find_continental, find_held_out, find_training
from longhand.datasets.synthetic.fields import render_entries, render_forms
from longhand.datasets.synthetic.rendered import find_fonts, render_samples
from longhand.datasets.synthetic.running import sample_lines
from longhand.datasets.synthetic.strokes import INK, draw_samples
from longhand.datasets.synthetic.vocabulary import make_texts
from longhand.handwriting.images import decode
from longhand.tasks import GLYPHS

VARIABLE = "LONGHAND_DATASETS"
Fonts = Literal["all", "training", "continental"]
"""Which fonts write a rendered set: all, those that are not held out for measuring, or those of the latter that write
figures as much of Europe does."""


@dataclass(frozen=True)
class Entry:
    """A known data set: what it is, its licence, where it is published, how it is read, and the charset it keeps to."""

    title: str
    licence: str
    source: str
    read: Callable[["Request"], Iterator[Sample]]
    charset: str = "full"


@dataclass(frozen=True)
class Request:
    """What is asked of an entry; `count` and `seed` matter to drawn sets only, `cut` to those of whole pages, `fonts`
    to rendered ones."""

    name: str
    root: Path | None
    count: int
    seed: int
    cut: Cut = "outline"
    fonts: Fonts = "all"

    @property
    def splits(self) -> Table | None:
        """The splits of all sets, where they lie beside them."""
        table = self.root / "splits.csv" if self.root else None
        return read_splits(table) if table and table.exists() else None

    def folder(self, name: str = "") -> Path:
        """Where the set lies, or what it is made from; raises DatasetError that says how to get it there."""
        name = name or self.name
        folder = self.root / name if self.root else None
        if folder is None or not folder.is_dir():
            fetched = f" `longhand fetch {name}` brings it." if name in PUBLISHED else ""
            raise DatasetError(
                f"The data set {name} is not at hand. Put it into {folder or 'a folder'} and set {VARIABLE}"
                f" to the folder above it; it is published at {CATALOGUE[self.name].source}.{fetched}"
            )
        return folder


def load(
    name: str, root: Path | None = None, *, count: int = 1000, seed: int = 0, cut: Cut = "outline", fonts: Fonts = "all"
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
    samples = CATALOGUE[origin].read(Request(origin, root, count, seed, cut, fonts))
    return samples if name == origin else (replace(sample, set=name) for sample in samples)


def _digits(request: Request) -> Iterator[Sample]:
    from sklearn.datasets import load_digits

    bunch = load_digits()
    for i, (pixels, label) in enumerate(zip(bunch.images, bunch.target, strict=True)):
        name = f"digits-{i:04}"
        data = (pixels / 16 * 255).round().astype("uint8")
        yield Sample("digits", name, str(label), name, assign_split(name), partial(encode_png, data))


def _folder(request: Request) -> Iterator[Sample]:
    return read_folder(request.folder(), request.name, request.splits)


def _pages(request: Request) -> Iterator[Sample]:
    return read_documents(request.folder(), request.name, request.splits or {}, request.cut)


def _running(request: Request) -> list[str]:
    return sample_lines(request.folder("texts"), request.count, request.seed)


def _omniglot(request: Request) -> Iterator[Sample]:
    for sample in _folder(request):
        letter = chr(ord("a") + int(sample.text.removeprefix("character")) - 1)
        yield Sample(sample.set, sample.name, letter, sample.group, sample.split, sample.read)


def _strokes(request: Request) -> Iterator[Sample]:
    texts = make_texts(request.count, request.seed, "".join(sorted(INK)), longest=16)
    return draw_samples(texts, request.count, request.seed)


def _fonts(request: Request, texts: Callable[[Request], list[str]], name: str) -> Iterator[Sample]:
    fonts = find_fonts(request.folder("handwriting-fonts"))
    fonts = fonts if request.fonts == "all" else find_training(fonts)
    fonts = find_continental(fonts) if request.fonts == "continental" else fonts
    return render_samples(texts(request), fonts, request.count, request.seed, name)


def _entries(request: Request) -> Iterator[Sample]:
    fonts = find_training(find_fonts(request.folder("handwriting-fonts")))
    return render_entries(make_entries(request.count, request.seed), fonts, request.seed, request.name)


def _forms(request: Request) -> Iterator[Sample]:
    return render_forms(find_held_out(find_fonts(request.folder("handwriting-fonts"))), request.name)


def _composed(request: Request) -> Iterator[Sample]:
    known = _folder(Request("hand-written-62", request.root, 0, 0))
    glyphs = gather_glyphs((s.text, decode(s.read()).gray) for s in known if s.split == "train")
    return compose_samples(make_texts(request.count, request.seed, longest=24, names=0.4), glyphs, request.seed)


_HTR = "https://github.com/"


def _lines(title: str, repository: str) -> Entry:
    """Lines of a repository whose makers license pictures and texts CC BY 4.0."""
    return Entry(title, "CC BY 4.0", _HTR + repository, _folder)


CATALOGUE: Mapping[str, Entry] = {
    "digits": Entry("Handwritten digits, 8 × 8", "CC BY 4.0", "https://doi.org/10.24432/C50P49", _digits, "digits"),
    "strokes": Entry("Words drawn with Hershey's fonts", "own", "drawn", _strokes),
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
        lambda r: _fonts(r, lambda q: make_texts(q.count, q.seed, longest=64, names=0.35), "rendered"),
    ),
    "composed": Entry(
        "Words put together from hand-written-62",
        "MIT",
        "https://github.com/Bishwaprotapi/Hand-Written",
        _composed,
    ),
    "rendered-glyphs": Entry(
        "Characters rendered with handwriting fonts",
        "OFL 1.1, Apache 2.0",
        "https://fontsource.org",
        lambda r: _fonts(r, lambda q: list(GLYPHS), "rendered-glyphs"),
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
    "hand-written-62": Entry("Digits and letters of many writers", "MIT", _HTR + "Bishwaprotapi/Hand-Written", _folder),
    "omniglot-latin": Entry("Letters drawn by 20 people", "MIT", _HTR + "brendenlake/omniglot", _omniglot, "lowercase"),
    "dhsd": Entry("German place and street names", "CC BY 4.0", "https://doi.org/10.5281/zenodo.18743313", _folder),
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
    "pages": Entry("Lines of whole pages of these archives", "CC BY 4.0", "https://htr-united.github.io", _pages),
    "rendered-lines": Entry(
        "Running text of archives rendered with handwriting fonts",
        "CC BY 4.0, public domain; OFL 1.1, Apache 2.0",
        "https://htr-united.github.io",
        lambda r: _fonts(replace(r, fonts="training"), _running, "rendered-lines"),
    ),
    "rendered-entries": Entry(
        "Entries of forms rendered with handwriting fonts", "OFL 1.1, Apache 2.0", "https://fontsource.org", _entries
    ),
    "forms": Entry(
        "600 entries of forms in 20 fonts that write nothing to train on",
        "OFL 1.1, Apache 2.0",
        "https://fontsource.org",
        _forms,
    ),
}
