"""What a recipe's data is made of, as a report."""

import io
from collections import Counter
from collections.abc import Iterator, Sequence

from PIL import Image

from longhand.learning.prepared import Item
from pipelines.lines import Line
from pipelines.recipe import read_json
from pipelines.report import charts
from pipelines.report.document import Block, Chart, Document, Heading, Paragraph, Sheet, Table
from pipelines.report.duplicates import Copies, Group, conflicts, count_exact, count_near, find_near
from pipelines.report.material import Material
from pipelines.report.samples import MOST, cell, show_augmented, show_samples
from pipelines.report.scores import LENGTHS, length_class
from pipelines.validate import read_ingested

SPLITS = ("train", "validation", "gate", "test", "unseen", "duplicate")
REASONS = {
    "unreadable": "not a whole picture",
    "without_text": "no text of the alphabet",
    "several_characters": "not one character",
    "conflicting_texts": "another text elsewhere",
    "duplicate": "an exact copy in the same split, or set aside as one",
    "duplicate_across_splits": "an exact copy of a picture in another split",
}


def describe(material: Material) -> Document:
    """The report on the pictures that the ingest, validate and prepare stages left."""
    recipe, version = material.recipe, material.receipt["dataset_version"]
    subtitle = f"Recipe {recipe.name}, dataset version {version}, preprocessing {material.receipt['preprocessing']}"
    return Document(f"The data of {recipe.model}", subtitle, list(_blocks(material)))


def _blocks(material: Material) -> Iterator[Block]:
    lines, sizes = _measure(material)
    yield from (Heading("Pictures"), *_counts(material, lines))
    yield from (Heading("Texts"), *_texts(material))
    yield from (Heading("Sizes"), *_sizes(material, lines, sizes))
    yield from (Heading("Copies and conflicts"), *_copies(material, lines))
    yield from (Heading("Samples"), *show_samples(material))
    yield from (Heading("Augmented samples"), *show_augmented(material))


def _measure(material: Material) -> tuple[list[Line], list[tuple[int, int] | None]]:
    """What was ingested, and each picture's width and height where its file tells them."""
    lines, sizes = [], []
    for line, data in read_ingested(material.recipe):
        lines.append(line)
        sizes.append(_size(data))
    return lines, sizes


def _size(data: bytes) -> tuple[int, int] | None:
    try:
        with Image.open(io.BytesIO(data)) as picture:
            return picture.size
    except (OSError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None


def _counts(material: Material, lines: Sequence[Line]) -> Iterator[Block]:
    items, blank = material.data.items, len(material.receipt["blank"])
    yield Paragraph(f"{len(lines):,} pictures ingested, {len(items):,} prepared, {blank or 'none'} left out as blank.")
    yield _by_split("set", Counter((item.set, item.split) for item in items))
    yield Paragraph("Writers, documents or, where neither is known, pictures: what must not be divided between splits.")
    yield _by_split("set", _groups(items))
    shared = _shared(items)
    if shared:
        yield Paragraph(f"{shared:,} writers or documents are in more than one split: test figures are too good there.")
    refused = read_json(material.recipe.folder("validate") / "report.json")["refused"]
    if refused:
        rows = [(REASONS.get(reason, reason), f"{entry['count']:,}") for reason, entry in refused.items()]
        yield from (Paragraph("Left out by the validate stage:"), Table(("because", "pictures"), rows))


def _groups(items: Sequence[Item]) -> Counter[tuple[str, str]]:
    return Counter((s, p) for s, p, _ in {(item.set, item.split, item.group) for item in items})


def _shared(items: Sequence[Item]) -> int:
    found = Counter((s, g) for s, g, _ in {(item.set, item.group, item.split) for item in items})
    return sum(splits > 1 for splits in found.values())


def _by_split(what: str, counts: Counter[tuple[str, str]]) -> Table:
    sets = sorted({name for name, _ in counts})
    splits = [split for split in SPLITS if any(counts[name, split] for name in sets)]
    rows = [(name, *(f"{counts[name, p]:,}" if counts[name, p] else "" for p in splits)) for name in sets]
    return Table((what, *splits), rows)


def _texts(material: Material) -> Iterator[Block]:
    items = material.data.items
    sets = list(dict.fromkeys(item.set for item in items))
    characters = Counter((item.set, c) for item in items for c in item.text)
    ranked = sorted({c for _, c in characters}) if material.recipe.task.single else _commonest(characters)
    stacks = {name: {c.replace(" ", "␣"): characters[name, c] for c in ranked} for name in sets}
    title = "Classes" if material.recipe.task.single else f"The {len(ranked)} commonest characters"
    yield Chart("characters", charts.draw_bars(stacks, "times"), f"{title}, all splits.")
    if not material.recipe.task.single:
        lengths = Counter((item.set, length_class(item.text)) for item in items)
        order = sorted({name for _, name in lengths}, key=_place)
        bars = {s: {name: lengths[s, name] for name in order} for s in sets}
        yield Chart("lengths", charts.draw_bars(bars, "pictures"), "Length of the texts, in characters.")
    outside = read_json(material.recipe.folder("validate") / "report.json")["outside_the_alphabet"]
    if outside:
        named = ", ".join(
            f"{c} (U+{ord(c):04X}) {n:,}" for c, n in sorted(outside.items(), key=lambda pair: -pair[1])[:40]
        )
        yield Paragraph(f"Characters of the texts that the model cannot write, and how often they occur: {named}.")


def _commonest(characters: Counter[tuple[str, str]], most: int = 70) -> list[str]:
    totals: Counter[str] = Counter()
    for (_, character), times in characters.items():
        totals[character] += times
    return [character for character, _ in totals.most_common(most)]


def _place(name: str) -> int:
    return LENGTHS[-1] + 1 if name.startswith("over") else int(name.partition("-")[0])


def _sizes(material: Material, lines: Sequence[Line], sizes: Sequence[tuple[int, int] | None]) -> Iterator[Block]:
    known = [(line["set"], size) for line, size in zip(lines, sizes, strict=True) if size]
    if not known:
        return
    names = dict.fromkeys(name for name, _ in known)
    widths, heights = ({s: [size[i] for name, size in known if name == s] for s in names} for i in (0, 1))
    prepared = {s: [item.width for item in material.data.items if item.set == s] for s in widths}
    plots = {"width as sent": widths, "height as sent": heights}
    if not material.recipe.task.single:
        plots["width as the network sees it"] = {s: some for s, some in prepared.items() if some}
    caption = "Each set's own shares; the widest of each 200 pictures are beyond the edge."
    yield Chart("sizes", charts.draw_histograms(plots), caption)


def _copies(material: Material, lines: Sequence[Line]) -> Iterator[Block]:
    near = find_near(material.data)
    rows = [("to the byte, as ingested", *_row(count_exact(lines))), ("nearly, as prepared", *_row(count_near(near)))]
    yield Table(("the same", "groups", "pictures", "in one split", "over several", "with different texts"), rows)
    yield Paragraph(
        "Copies to the byte are left out of what is prepared. Near copies are the same to the eye once prepared;"
        " they stay. Drawn and rendered sets have many, as one font draws a character alike each time."
    )
    cells = [cell(material, item, item.split) for some in _shown(material, conflicts(near)) for item in some]
    if cells:
        yield Sheet("conflicts", cells[:MOST], "Nearly the same pictures with different texts, beside each other.")


def _row(copies: Copies) -> tuple[str, ...]:
    counts = (copies.groups, copies.pictures, copies.within, copies.across, copies.conflicting)
    return tuple(f"{n:,}" for n in counts)


def _shown(material: Material, groups: Sequence[Group]) -> list[Group]:
    return [some for some in groups if all(item.set in material.drawable for item in some)]
