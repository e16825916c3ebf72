"""How well a model reads, as a report."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.metrics import confusion_matrix

from pipelines.report import charts, tables
from pipelines.report.document import Block, Chart, Document, Heading, Paragraph, percent
from pipelines.report.material import Material, Prediction
from pipelines.report.readings import show_misread, show_readings, show_suspicious
from pipelines.report.scores import Trust, group, reliability, risk, trust

NEVER = 1.0
SURE = 100
"""Pictures from which a set gets curves of its own."""
MEASURED = (
    "Measured on test and unseen pictures: hands that took no part in training, choosing or calibrating, read with the"
    " ONNX file that is served. CER is the sum of edits over the sum of true characters, after NFC, ’ as ' and white"
    " space collapsed; WER the same over words; edits are per picture. A set is read with the charset that it keeps to."
)


def describe(material: Material, reports: Sequence[Mapping[str, Any]]) -> Document:
    """The report; `reports` are the headline figures of those made here so far, this one last."""
    recipe = material.recipe
    version, made = material.receipt["dataset_version"][:12], reports[-1]
    subtitle = f"Recipe {recipe.name}, dataset version {version}, commit {made['commit'][:9]}, made {made['made'][:16]}"
    return Document(f"How well `{recipe.model}` reads".replace("`", ""), subtitle, list(_blocks(material, reports)))


def _blocks(material: Material, reports: Sequence[Mapping[str, Any]]) -> Iterator[Block]:
    recipe, predictions = material.recipe, material.predictions
    yield from (
        Heading("By set"),
        Paragraph(MEASURED),
        tables.tabulate_sets(predictions),
        Paragraph(_promise(material)),
    )
    yield from _learning(material)
    yield Heading("By writer or document")
    for name in sorted({p.set for p in predictions}):
        yield from tables.tabulate_groups(material, name)
    yield from _characters(predictions) if recipe.task.single else _text(predictions)
    yield from _confidence(material)
    yield from (Heading("Readings drawn on pictures"), *show_readings(material))
    yield from (Heading("Misread"), *show_misread(material))
    if recipe.task.lexicons:
        yield from (Heading("Labels to judge"), *show_suspicious(material))
    if len(reports) > 1:
        yield from (Heading("Earlier reports"), tables.tabulate_history(reports))


def _learning(material: Material) -> Iterator[Block]:
    lines = material.history
    if not lines:
        return
    epochs = [line["epoch"] for line in lines]
    scores = [key for key in lines[-1] if key.startswith(("cer_", "accuracy_"))]
    plots: dict[str, charts.Lines] = {"loss in training": {"loss": (epochs, [line["loss"] for line in lines])}}
    if scores:
        title = "CER on validation hands" if scores[0].startswith("cer_") else "read right, validation hands"
        plots[title] = {s.split("_", 1)[1]: (epochs, [line.get(s, np.nan) for line in lines]) for s in scores}
    best = max(lines, key=lambda line: line["score"])["epoch"]
    ran = f"{material.training['device']}, {material.training['seconds'] / 60:,.0f} minutes"
    yield Heading("Learning curves")
    caption = (
        f"{len(lines)} epochs; the weights are those of epoch {best:.0f}, the best on validation. Trained by {ran}."
    )
    yield Chart("curves", charts.draw_curves(plots), caption)


def _text(predictions: Sequence[Prediction]) -> Iterator[Block]:
    yield from (Heading("By length"), tables.tabulate_lengths(predictions))
    yield Heading("By character")
    yield Paragraph(
        "A shortest way from the true text to the reading, counted character by character; the costliest first."
    )
    yield tables.tabulate_characters(predictions)
    yield Heading("Commonest edits")
    yield tables.tabulate_edits(predictions)


def _characters(predictions: Sequence[Prediction]) -> Iterator[Block]:
    yield Heading("By character")
    yield tables.tabulate_classes(predictions)
    yield Heading("Confusions")
    yield from tables.tabulate_look_alikes(predictions)
    labels = sorted({p.text for p in predictions} | {p.read for p in predictions})
    written, read = [p.text for p in predictions], [p.read for p in predictions]
    matrix = confusion_matrix(written, read, labels=labels, normalize="true")
    caption = "Rows: what is written. Columns: what was read. The darker a square, the larger its share of the row."
    yield Chart("confusion", charts.draw_confusion(matrix, labels), caption)
    yield tables.tabulate_confusions(predictions)


def _confidence(material: Material) -> Iterator[Block]:
    predictions = material.predictions
    sets = {name: some for name, some in sorted(group(predictions, lambda p: p.set).items()) if len(some) >= SURE}
    many = {"all": predictions} if len(sets) < 2 else sets
    found = trust(predictions)
    yield Heading("Confidence")
    yield Paragraph(
        f"Expected calibration error over 15 bins of equal mass: {percent(found.calibration_error)} of all readings."
        f" Accepted: {_accepted(found)}."
    )
    caption = "15 bins of equal mass. On the dashed line, confidence is the share that is right; below it, too sure."
    yield Chart("reliability", charts.draw_reliability({n: reliability(some) for n, some in many.items()}), caption)
    curves = {name: risk(some) for name, some in many.items()}
    promised = float(material.calibration["promised_error"])
    caption = "Were the surest accepted, up to a share of all: how many of them are wrong."
    yield Chart("risk", charts.draw_risk(curves, promised, found.coverage), caption)


def _accepted(found: Trust) -> str:
    return (
        f"{percent(found.coverage)}, of which {percent(found.accepted_error)} are wrong" if found.coverage else "none"
    )


def _promise(material: Material) -> str:
    known = material.calibration
    threshold, promised = float(known["threshold"]), percent(float(known["promised_error"]))
    if threshold > NEVER:
        return f"No threshold kept the promise of {promised} on hands not trained on: every reading goes to review."
    return (
        f"Accepted from confidence {threshold:.3f} on, promised to be wrong at most in {promised};"
        f" logits are divided by {float(known['temperature']):.3g}. Both were chosen on hands that were not trained on."
    )
