"""The model card that a published bundle comes with."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from longhand.bundles.card import Card, Scale, read_card
from longhand.bundles.licences import describe_base

MEASURES = {
    "pictures": "pictures",
    "exact": "read exactly",
    "cer": "CER",
    "wer": "WER",
    "coverage": "accepted",
    "accepted_error": "wrong among accepted",
    "calibration_error": "calibration error",
}
NEVER = 1.0


def describe(bundle: Path, repository: str, licence: str) -> str:
    """A README in the form of hubs: front matter, then what it reads, how well, and what it was trained on."""
    card = read_card(bundle)
    front = yaml.safe_dump(_front(card, licence), allow_unicode=True, sort_keys=False)
    return f"---\n{front}---\n\n" + "\n".join(_lines(card, repository, licence)) + "\n"


def _front(card: Card, licence: str) -> dict[str, object]:
    languages = {"language": list(card.entry.languages)} if card.entry.languages else {}
    return {
        **languages,
        "license": licence,
        "library_name": "longhand",
        "pipeline_tag": _classify(card),
        "tags": ["handwriting", "ocr", "onnx", "keras"],
        "model-index": [{"name": card.name, "results": list(_results(card))}],
    }


def _classify(card: Card) -> str:
    """The task as hubs call it."""
    return "image-classification" if card.entry.single else "image-to-text"


def _results(card: Card) -> Iterator[dict[str, object]]:
    """The metrics as hubs list them, by set."""
    for name, measured in _by_set(card.metrics).items():
        metrics = [
            {"type": kind, "name": MEASURES[kind], "value": measured[kind]}
            for kind in ("cer", "wer", "exact")
            if kind in measured
        ]
        yield {
            "task": {"type": _classify(card)},
            "dataset": {"name": name, "type": name},
            "metrics": metrics,
        }


def _lines(card: Card, repository: str, licence: str) -> Iterator[str]:
    yield from (f"# {card.name}", "", f"Reads {card.entry.reads}. A bundle of Longhand.", "")
    yield from ("## Use", "", "```sh", f"hf download {repository} --local-dir {card.name}")
    yield from (f"longhand read picture.png --task {card.task} --model {card.name}", "```", "")
    yield "`model.onnx` runs in any ONNX runtime; `card.json` names alphabet, preprocessing, temperature and threshold;"
    yield from ("`weights.keras` is there to learn from.", "", "## How well it reads", "", *tabulate(card.metrics), "")
    yield "On writers that took no part in training, choosing or calibrating. CER: edits over true characters."
    yield from ("", "## Confidence", "", _promise(card), "", "## Licence and data", "")
    yield from (f"The weights: {licence}. Trained and measured on:", "", "| set | what | licence | source |")
    yield from (
        "|---|---|---|---|",
        *(f"| {d['name']} | {d['title']} | {d['licence']} | {d['source']} |" for d in card.data),
    )
    if card.base:
        yield from ("", f"{describe_base(card.base)} The text of that licence is in `LICENSE`.")
    yield from ("", "## Where it comes from", "", "| | |", "|---|---|", *_facts(card))


def tabulate(metrics: Mapping[str, float]) -> Iterator[str]:
    """The metrics of a card, named `set.measure`, as the lines of a table with a row for each set."""
    sets = _by_set(metrics)
    measures = [kind for kind in MEASURES if any(kind in measured for measured in sets.values())]
    yield f"| set | {' | '.join(MEASURES[kind] for kind in measures)} |"
    yield "|---|" + "---:|" * len(measures)
    for name, measured in sets.items():
        yield f"| {name} | {' | '.join(_cell(kind, measured.get(kind)) for kind in measures)} |"


def _by_set(metrics: Mapping[str, float]) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for key, value in metrics.items():
        name, _, kind = key.rpartition(".")
        found.setdefault(name, {})[kind] = value
    return found


def _cell(kind: str, value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if kind == "pictures" else f"{100 * value:.2f} %"


def accepts_entries(card: Card) -> bool:
    """Whether entries of a lexicon are accepted by a threshold of their own."""
    return card.threshold != card.entry_threshold <= NEVER


def _promise(card: Card) -> str:
    promised = f"{100 * card.promised_error:.3g} %"
    listed = (
        f" With a lexicon, entries are accepted from confidence {card.entry_threshold:.3g} on."
        if accepts_entries(card)
        else ""
    )
    if card.threshold > NEVER:
        free = f"No threshold kept the promise of {promised}: a person should look at each reading."
    else:
        free = (
            f"Logits are divided by the temperature {card.temperature:.3g}. From confidence {card.threshold:.3g} on,"
            f" at most {promised} of readings are wrong, as promised for writers not trained on."
        )
    return f"{free}{describe_lines(card)}{listed}"


def describe_lines(card: Card) -> str:
    """What is accepted of readings of four words and more, and of those with a digit, as far as they have thresholds of
    their own."""
    kinds = {"Readings of four words and more": card.lines, "Shorter ones with a digit": card.figures}
    return "".join(f" {name} {_describe(scale)}" for name, scale in kinds.items() if scale is not None)


def _describe(scale: Scale) -> str:
    least = scale["threshold"]
    return "all go to review." if least > NEVER else f"are accepted from confidence {least:.3g} on."


def _facts(card: Card) -> Iterator[str]:
    libraries = ", ".join(f"{name} {version}" for name, version in card.versions.items())
    facts = {
        "SHA-256 of `model.onnx`": f"`{card.sha256}`",
        "preprocessing": f"`{card.preprocessing}`",
        "dataset version": f"`{card.dataset_version}`",
        "commit": f"`{card.commit}`",
        "made": card.created,
        "libraries": libraries,
    }
    yield from (f"| {name} | {value} |" for name, value in facts.items() if value)
