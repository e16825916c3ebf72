"""How the sets of the catalogue are read or made, each from what is asked of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

from longhand.datasets.adapters.folders import read_folder
from longhand.datasets.documents import Cut, read_documents
from longhand.datasets.fetching import PUBLISHED
from longhand.datasets.png import encode_png
from longhand.datasets.sample import DatasetError, Sample
from longhand.datasets.splits import Table, assign_split, read_splits
from longhand.datasets.synthetic.composed import compose_samples, gather_glyphs
from longhand.datasets.synthetic.entries import make_entries
from longhand.datasets.synthetic.families import find_continental, find_held_out, find_training
from longhand.datasets.synthetic.fields import render_entries, render_forms
from longhand.datasets.synthetic.pieces import read_alignments
from longhand.datasets.synthetic.recomposed import gather_writers, recompose_samples
from longhand.datasets.synthetic.rendered import find_fonts, render_samples
from longhand.datasets.synthetic.running import sample_lines
from longhand.datasets.synthetic.strokes import INK, draw_samples
from longhand.datasets.synthetic.vocabulary import make_texts
from longhand.handwriting.images import decode

VARIABLE = "LONGHAND_DATASETS"
Fonts = Literal["all", "training", "continental"]
"""Which fonts write a rendered set: all, those that are not held out for measuring, or those of the latter that write
figures as much of Europe does."""


@dataclass(frozen=True)
class Request:
    """What is asked of an entry that is published at `source`; `count` and `seed` matter to drawn sets only, `cut` to
    those of whole pages, `fonts` to rendered ones, `alignment` to recomposed ones."""

    name: str
    source: str
    root: Path | None
    count: int
    seed: int
    cut: Cut = "outline"
    fonts: Fonts = "all"
    alignment: Path | None = None

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
                f" to the folder above it; it is published at {self.source}.{fetched}"
            )
        return folder


def read_digits(request: Request) -> Iterator[Sample]:
    """The digits that come with scikit-learn."""
    from sklearn.datasets import load_digits

    bunch = load_digits()
    for i, (pixels, label) in enumerate(zip(bunch.images, bunch.target, strict=True)):
        name = f"digits-{i:04}"
        data = (pixels / 16 * 255).round().astype("uint8")
        yield Sample("digits", name, str(label), name, assign_split(name), partial(encode_png, data))


def read_known(request: Request) -> Iterator[Sample]:
    """A folder in one of the layouts of `adapters.folders`."""
    return read_folder(request.folder(), request.name, request.splits)


def read_pages(request: Request) -> Iterator[Sample]:
    """Lines of whole pages."""
    return read_documents(request.folder(), request.name, request.splits or {}, request.cut)


def take_lines(request: Request) -> list[str]:
    """Lines of running text."""
    return sample_lines(request.folder("texts"), request.count, request.seed)


def read_omniglot(request: Request) -> Iterator[Sample]:
    """Letters, whose folders are numbered."""
    for sample in read_known(request):
        letter = chr(ord("a") + int(sample.text.removeprefix("character")) - 1)
        yield Sample(sample.set, sample.name, letter, sample.group, sample.split, sample.read)


def read_strokes(request: Request) -> Iterator[Sample]:
    """Words drawn with Hershey's fonts."""
    texts = make_texts(request.count, request.seed, "".join(sorted(INK)), longest=16)
    return draw_samples(texts, request.count, request.seed)


def read_rendered(request: Request, texts: Callable[[Request], list[str]], name: str) -> Iterator[Sample]:
    """Texts rendered with the fonts that are asked for."""
    fonts = find_fonts(request.folder("handwriting-fonts"))
    fonts = fonts if request.fonts == "all" else find_training(fonts)
    fonts = find_continental(fonts) if request.fonts == "continental" else fonts
    return render_samples(texts(request), fonts, request.count, request.seed, name)


def read_entries(request: Request) -> Iterator[Sample]:
    """Entries of forms in the fonts to train on."""
    fonts = find_training(find_fonts(request.folder("handwriting-fonts")))
    return render_entries(make_entries(request.count, request.seed), fonts, request.seed, request.name)


def read_forms(request: Request) -> Iterator[Sample]:
    """The entries that are measured on, in the fonts that are held out."""
    return render_forms(find_held_out(find_fonts(request.folder("handwriting-fonts"))), request.name)


def read_composed(request: Request) -> Iterator[Sample]:
    """Words put together from the glyphs of hand-written-62."""
    known = read_known(replace(request, name="hand-written-62"))
    glyphs = gather_glyphs((s.text, decode(s.read()).gray) for s in known if s.split == "train")
    return compose_samples(make_texts(request.count, request.seed, longest=24, names=0.4), glyphs, request.seed)


def read_recomposed(request: Request, load: Callable[[str], Iterator[Sample]]) -> Iterator[Sample]:
    """Text put together from pieces of the lines of the sets that the alignment names, which `load` reads."""
    if request.alignment is None:
        raise DatasetError("The set recomposed needs an alignment. Make one with python -m pipelines.align.")
    alignments = read_alignments(request.alignment)
    samples = [one for name in sorted({a.set for a in alignments}) for one in load(name)]
    texts = make_texts(2 * request.count, request.seed, longest=48)
    return recompose_samples(texts, gather_writers(samples, alignments), request.count, request.seed, request.name)
