"""`docs/models/*.md`: a card for each shipped bundle, from its `card.json` and the catalogue of data sets."""

import textwrap
from collections.abc import Iterator
from pathlib import Path

from longhand.bundles.card import Card, read_card
from longhand.bundles.files import CARD, list_files
from longhand.bundles.licences import describe_base
from longhand.cli.describing import NEVER, accepts_entries, describe_lines, tabulate
from longhand.datasets.catalogue import CATALOGUE

FOLDER = Path("docs/models")
NOTES = """\
Measured on the ONNX file that is served, on hands that took no part in training, choosing or calibrating. CER: sum of
edits over sum of true characters, after NFC, ’ as ', and white space collapsed. WER the same over words. Accepted:
the share whose confidence reaches the threshold. Calibration error: the mean gap between confidence and
accuracy over 15 bins. Digits' sets are read with `charset=digits`.
"""


def write(root: Path) -> list[Path]:
    """Write a card for every bundle, and say where."""
    bundles = sorted(path.parent for path in (root / "bundles").glob(f"*/{CARD}"))
    return [_write(root, bundle) for bundle in bundles]


def _write(root: Path, bundle: Path) -> Path:
    page = root / FOLDER / f"{bundle.name}.md"
    lines = (_wrap(line) for line in _lines(bundle, read_card(bundle)))
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return page


def _lines(bundle: Path, card: Card) -> Iterator[str]:
    yield from (
        f"# Model card: {card.name}",
        "",
        f"Reads {card.entry.reads}. *Written by `make docs` from the bundle.*",
    )
    yield from ("", "## Intended use", "", card.entry.use)
    yield from ("", "## Limits", "", *(f"- {limit}" for limit in (*_caveats(card), *card.entry.limits)))
    yield from ("", "## How well it reads", "", *tabulate(card.metrics), "", NOTES.rstrip())
    yield from ("", "## Confidence", "", _promise(card))
    if card.base:
        yield from ("", "## Begun with", "", describe_base(card.base))
    yield from ("", "## Trained on", "", *_data(card))
    yield from ("", "## The bundle", "", *_facts(bundle, card))


def _wrap(line: str) -> str:
    """A paragraph or an item, over several lines; tables stay as they are."""
    indent = "  " if line.startswith("- ") else ""
    return line if line.startswith("|") or "\n" in line else textwrap.fill(line, 116, subsequent_indent=indent)


def _caveats(card: Card) -> Iterator[str]:
    """What must be said where no hand of a person was read in training, or few were."""
    if all(one["source"] == "drawn" for one in card.data if one["name"] != "digits"):
        yield (
            "Trained by the `starter` recipe, on drawn strokes"
            f"{' and small scanned digits' if any(one['name'] == 'digits' for one in card.data) else ''}:"
            " it shows that everything works, and does not read real handwriting well."
        )


def _promise(card: Card) -> str:
    promised = f"{100 * card.promised_error:.3g} %"
    how = " Why and how: [confidence and decision](../explanation/confidence.md)."
    listed = (
        f" With a lexicon, an entry is accepted from confidence {card.entry_threshold:.3g} on, by the same promise."
        if accepts_entries(card)
        else ""
    )
    if card.threshold > NEVER:
        free = f"No threshold kept the promise of {promised} on hands that were not trained on: every reading without"
        return f"{free} a lexicon goes to review.{describe_lines(card)}{listed}{how}"
    return (
        f"Logits are divided by the temperature {card.temperature:.3g}. A reading is accepted from confidence"
        f" {card.threshold:.3g} on: on hands that were not trained on that keeps the wrong ones among the accepted"
        f" below {promised} with 95 % certainty."
        f"{describe_lines(card)}{listed}{how}"
    )


def _data(card: Card) -> Iterator[str]:
    yield from ("| set | what | licence | source |", "|---|---|---|---|")
    for one in card.data:
        entry = CATALOGUE.get(one["name"])
        title, licence, source = (
            (entry.title, entry.licence, entry.source) if entry else (one["title"], one["licence"], one["source"])
        )
        title += f" (labels changed by rule: {one['cleaned']})" if one.get("cleaned") else ""
        linked = f"<{source}>" if source.startswith("http") else source
        yield f"| {one['name']} | {title} | {licence} | {linked} |"
    yield from (
        "",
        "Sets that only measure (`unseen`) are listed too. Thanks are due to those who made and published them.",
    )


def _facts(bundle: Path, card: Card) -> Iterator[str]:
    files = [file for file in list_files(bundle) if file.name != CARD]
    space = " and the space" if " " in card.characters else ""
    facts = {
        "files": ", ".join(f"`{file.name}` {file.stat().st_size / 1e6:.1f} MB" for file in files),
        "alphabet": f"{len(card.characters)} characters: `` {card.characters.strip()} ``{space}",
        "input": f"{card.height} rows, preprocessing `{card.preprocessing}`",
        "SHA-256 of `model.onnx`": f"`{card.sha256}`",
        "ONNX opset": str(card.opset),
        "dataset version": f"`{card.dataset_version}`",
        "commit": f"`{card.commit}`",
        "made": card.created,
        "trained by": card.device,
        "libraries": ", ".join(f"{name} {version}" for name, version in card.versions.items()),
    }
    yield from ("| | |", "|---|---|")
    yield from (f"| {name} | {value} |" for name, value in facts.items())
