"""Pictures with what was read in them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from rapidfuzz.distance import Levenshtein

from longhand.bundles.card import CALIBRATED
from longhand.datasets.catalogue import CATALOGUE
from longhand.handwriting.batching import TEXT_MARGIN
from longhand.handwriting.preprocessing import Prepared
from longhand.handwriting.terms import ANY, Terms
from longhand.handwriting.transcription import Transcription
from longhand.inference import Recogniser, load
from longhand.learning.prepared import Item
from pipelines.report.document import Block, Cell, Paragraph, Picture, Sheet
from pipelines.report.material import Material, Prediction
from pipelines.report.samples import HIDDEN
from pipelines.report.scores import group, mark
from pipelines.report.sheets import ACCENT, BAD, GREY, INK, PAPER, fonts, show
from pipelines.report.tables import tabulate_sets

MOST = 36
"""Pictures on a sheet."""
BAND, SCALE = 26, 2
"""Rows above a picture for what was read, and how much the picture is enlarged."""


def show_readings(material: Material) -> Iterator[Block]:
    """Some pictures of each set with each character drawn where it was read, as the network reads them now."""
    some = choose([p for p in material.predictions if (p.set, p.name) in material.items], MOST)
    if not some:
        yield Paragraph(HIDDEN)
        return
    recogniser = load(material.recipe.folder("train"), threads=1, engine="onnxruntime")
    known = {key: value for key, value in material.calibration.items() if key in CALIBRATED}
    recogniser.card = replace(recogniser.card, **known)
    cells = [_annotate(material, recogniser, one) for one in some]
    yield Sheet("readings", cells, "Chosen at random, evenly from the sets. Red: read wrong; below, what is written.")


def show_misread(material: Material) -> Iterator[Block]:
    """The readings with the most edits to a character, then those that were wrong though they were sure."""
    wrong = [p for p in material.predictions if not p.right and (p.set, p.name) in material.items]
    if not wrong:
        yield Paragraph("Nothing that may be shown was misread.")
        return
    worst = sorted(wrong, key=lambda p: (-rate(p), p.confidence, p.name))[:MOST]
    sure = sorted(wrong, key=lambda p: (-p.confidence, p.name))[:MOST]
    yield Sheet("worst", [_cell(material, p) for p in worst], "The worst: most edits to a character.")
    yield Sheet("misread", [_cell(material, p) for p in sure], "Misread, those first that were surest.")


def show_suspicious(material: Material) -> Iterator[Block]:
    """The pictures whose label is probably wrong, for a person to judge, and figures without them."""
    every = material.suspicious
    if not every:
        yield Paragraph("No label looks like another picture's.")
        return
    yield Paragraph(
        f"{len(every)} labels look like another picture's: its text is read surely, and hardly a letter of the label."
        " They took no part in calibration. In all figures of this report they count as mistakes; below, the figures of"
        " their sets without them. A person should look at each and correct the data."
    )
    sets = {one.set for one in every}
    kept = [one for one in material.predictions if one.set in sets and not one.suspicious]
    if kept:
        yield tabulate_sets(kept)
    shown = [one for one in every if (one.set, one.name) in material.items]
    for number, start in enumerate(range(0, len(shown), MOST)):
        cells = [_cell(material, one) for one in shown[start : start + MOST]]
        yield Sheet(f"suspicious-{number}", cells, "What was read, and what the label says.")


def rate(prediction: Prediction) -> float:
    """Edits to a character of the true text."""
    return Levenshtein.distance(prediction.text, prediction.read) / max(1, len(prediction.text))


def choose(predictions: Sequence[Prediction], most: int) -> list[Prediction]:
    """About as many of each set, always the same."""
    sets = group(predictions, lambda p: p.set)
    random = np.random.default_rng(0)
    share = most // max(1, len(sets))
    return [some[i] for some in sets.values() for i in sorted(random.permutation(len(some))[:share])]


def _cell(material: Material, one: Prediction) -> Cell:
    pixels = material.data.pixels(material.items[one.set, one.name])
    return Cell(show(pixels), one.text, mark(one.text, one.read), remark(one))


def remark(one: Prediction) -> str:
    """Which set a picture is of, how sure its reading is, and whether it is accepted."""
    return f"{one.set}, {100 * one.confidence:.0f} %{', accepted' if one.accepted else ''}"


def _annotate(material: Material, recogniser: Recogniser, one: Prediction) -> Cell:
    item = material.items[one.set, one.name]
    known = CATALOGUE.get(item.set)
    pixels = material.data.pixels(item)
    (read,) = recogniser.recognise([_as_prepared(item, pixels)], Terms(known.charset) if known else ANY)
    draw = _draw_bars if material.recipe.task.single else _draw_characters
    sure = f"{item.set}, {100 * read.confidence:.0f} %, {'accepted' if read.accepted else 'to be reviewed'}"
    return Cell(draw(show(pixels), read, item.text), item.text, (), sure)


def _as_prepared(item: Item, pixels: Picture) -> Prepared:
    return Prepared(pixels, (TEXT_MARGIN, 0, item.width - TEXT_MARGIN, item.height), (1.0, 1.0))


def _draw_characters(picture: Picture, read: Transcription, text: str) -> Picture:
    """Each character above its place, red where it is wrong."""
    rows, columns = picture.shape
    page = Image.new("RGB", (columns * SCALE, rows * SCALE + BAND), PAPER)
    page.paste(Image.fromarray(picture).resize((columns * SCALE, rows * SCALE), Image.Resampling.BICUBIC), (0, BAND))
    drawing, font = ImageDraw.Draw(page), _font(19)
    steps = [step for step in Levenshtein.opcodes(text, read.text) if step.tag != "equal"]
    wrong = {i for step in steps for i in range(step.dest_start, step.dest_end)}
    for i, (character, _, (left, _, right, _)) in enumerate(read.characters):
        colour = BAD if i in wrong else ACCENT
        drawing.line([(left * SCALE, BAND - 3), (right * SCALE - 3, BAND - 3)], fill=colour, width=2)
        drawing.text(((left + right) / 2 * SCALE, 1), character, fill=colour, font=font, anchor="ma")
    return np.asarray(page)


def _draw_bars(picture: Picture, read: Transcription, text: str) -> Picture:
    """The picture, and the likeliest characters with their probabilities beside it."""
    size, font = 96, _font(17)
    page = Image.new("RGB", (size + 150, size), PAPER)
    page.paste(Image.fromarray(picture).resize((size, size), Image.Resampling.BICUBIC), (0, 0))
    drawing = ImageDraw.Draw(page)
    for i, (character, confidence) in enumerate(((read.text, read.confidence), *read.alternatives)[:4]):
        top, colour = 2 + 24 * i, (ACCENT if character == text else BAD if i == 0 else GREY)
        drawing.text((size + 16, top), character, fill=colour, font=font, anchor="ma")
        drawing.rectangle([size + 30, top + 5, size + 32 + 70 * confidence, top + 17], fill=colour)
        drawing.text((size + 37 + 70 * confidence, top + 4), f"{100 * confidence:.0f}", fill=INK, font=_font(12))
    return np.asarray(page)


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(fonts() / "DejaVuSans.ttf"), size)
