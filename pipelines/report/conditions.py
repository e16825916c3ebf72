"""How a model reads under everyday conditions, as a report: condition by condition, with the worst pictures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from longhand.bundles.card import CALIBRATED
from longhand.datasets.catalogue import CATALOGUE
from longhand.datasets.synthetic.conditions import CONDITIONS, enlarge_glyph, seed, spoil
from longhand.handwriting import images
from longhand.handwriting.alphabet import normalise
from longhand.handwriting.errors import NoInk
from longhand.handwriting.terms import ANY, Terms
from longhand.inference import Recogniser, load
from pipelines.report.document import Block, Cell, Document, Heading, Paragraph, Picture, Sheet, Table, percent
from pipelines.report.material import Material, Prediction
from pipelines.report.readings import choose, rate, remark
from pipelines.report.samples import HIDDEN
from pipelines.report.scores import mark, score
from pipelines.validate import read_ingested

SAMPLE, WORST = 60, 12
"""Pictures under each condition, and how many of them are shown."""

EXPLANATION = (
    "Test and unseen pictures, chosen at random, evenly from the sets, and spoilt before they are prepared. What"
    " happens to a picture depends on its place in the sample. The conditions are those of the benchmark."
)


@dataclass(frozen=True)
class Spoilt:
    """A picture under a condition, and what was read in it."""

    picture: Picture
    prediction: Prediction


def describe(material: Material) -> Document:
    """The report; with nothing but a sentence where no picture of the recipe may be shown."""
    subtitle = f"Recipe {material.recipe.name}, dataset version {material.receipt['dataset_version'][:12]}"
    title = f"{material.recipe.model} under everyday conditions"
    return Document(title, subtitle, list(_blocks(material)))


def _blocks(material: Material) -> Iterator[Block]:
    originals = _originals(material)
    if not originals:
        yield Paragraph(HIDDEN)
        return
    recogniser = _load(material)
    read = {name: [_read(recogniser, name, i, *one) for i, one in enumerate(originals)] for name in CONDITIONS}
    yield from (Heading("Every condition"), Paragraph(EXPLANATION), _tabulate(read))
    for name, some in read.items():
        yield from (Heading(name), _show_worst(name, some))


def _originals(material: Material) -> list[tuple[Prediction, Picture]]:
    """Pictures that may be shown as people sent them, with what was read in them; glyphs are enlarged."""
    shown = [p for p in material.predictions if (p.set, p.name) in material.items]
    chosen = {(p.set, p.name): p for p in choose(shown, SAMPLE)}
    bring = enlarge_glyph if material.recipe.task.single else lambda gray: gray
    return [
        (chosen[line["set"], line["name"]], bring(images.decode(data).gray))
        for line, data in read_ingested(material.recipe)
        if (line["set"], line["name"]) in chosen
    ]


def _load(material: Material) -> Recogniser:
    """The network with the calibration that the evaluate stage chose for it."""
    recogniser = load(material.recipe.folder("train"), threads=1, engine="onnxruntime")
    known = {key: value for key, value in material.calibration.items() if key in CALIBRATED}
    recogniser.card = replace(recogniser.card, **known)
    return recogniser


def _read(recogniser: Recogniser, condition: str, place: int, original: Prediction, gray: Picture) -> Spoilt:
    picture = spoil(gray, condition, seed(condition, place))
    known = CATALOGUE.get(original.set)
    try:
        (found,) = recogniser.read([images.Picture(picture)], Terms(known.charset) if known else ANY)
    except NoInk:
        return Spoilt(picture, replace(original, read="", confidence=0.0, accepted=False))
    answer = replace(original, read=normalise(found.text), confidence=found.confidence, accepted=bool(found.accepted))
    return Spoilt(picture, answer)


def _tabulate(read: Mapping[str, Sequence[Spoilt]]) -> Table:
    head = ("condition", "pictures", "CER", "exact", "accepted", "of these wrong")
    return Table(head, [(name, *_figures([one.prediction for one in some])) for name, some in read.items()])


def _figures(predictions: Sequence[Prediction]) -> tuple[str, ...]:
    found, accepted = score(predictions), [p for p in predictions if p.accepted]
    wrong = sum(not p.right for p in accepted)
    return f"{found.pictures:,}", percent(found.cer), percent(found.exact), f"{len(accepted):,}", f"{wrong:,}"


def _show_worst(name: str, some: Sequence[Spoilt]) -> Sheet:
    """What was accepted though it is wrong first, then by edits to a character."""
    order = sorted(some, key=lambda one: (_excused(one.prediction), -rate(one.prediction), one.prediction.name))
    cells = [_cell(one) for one in order if not one.prediction.right]
    caption = "Misread and accepted, then those with most edits to a character." if cells else "None was misread."
    return Sheet(f"condition-{name}", cells[:WORST], caption)


def _excused(prediction: Prediction) -> bool:
    """Whether a reading is right, or left to a person."""
    return prediction.right or not prediction.accepted


def _cell(one: Spoilt) -> Cell:
    prediction = one.prediction
    return Cell(one.picture, prediction.text, mark(prediction.text, prediction.read), remark(prediction))
