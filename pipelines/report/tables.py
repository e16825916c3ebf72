"""Tables of an evaluation."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest

import numpy as np
from sklearn.metrics import classification_report

from pipelines.report.document import Block, Paragraph, Table, percent
from pipelines.report.material import Material, Prediction
from pipelines.report.scores import count_edits, group, length_class, look_alike, score, trust

SCORES = ("pictures", "CER", "WER", "exact", "edits")
LONGEST = 40
"""Rows of a table that would otherwise have as many as there are characters or writers."""
FEWEST = 2.0
"""Pictures per writer or document, on average, from which a table of them says something."""


def tabulate_sets(predictions: Sequence[Prediction]) -> Table:
    """Scores and trust, by set and for all."""
    sets = dict(sorted(group(predictions, lambda p: p.set).items()))
    every = {**sets, "all": list(predictions)} if len(sets) > 1 else sets
    return Table(
        ("set", *SCORES, "calibration error", "accepted", "wrong among accepted"),
        [(name, *_scores(some), *_trust(some)) for name, some in every.items()],
    )


def tabulate_groups(material: Material, name: str) -> Iterator[Block]:
    """Scores of a set by writer or document: how much they differ, and the worst of them."""
    own = [p for p in material.predictions if p.set == name]
    found = group(own, lambda p: p.group)
    if len(own) < FEWEST * len(found):
        yield Paragraph(
            f"{name}: its {len(own):,} pictures come without writers or documents of several pictures each."
        )
        return
    rates = sorted(((score(some).cer, key) for key, some in found.items()), key=lambda pair: -pair[0])
    quarters = np.percentile([rate for rate, _ in rates], [0, 25, 50, 75, 100])
    spread = ", ".join(percent(float(q)) for q in quarters)
    shown = rates[:12]
    yield Paragraph(
        f"{name}: {len(found):,} writers or documents; CER of the best, first quarter, median, third quarter"
        f" and the worst: {spread}. {'The worst of them:' if len(rates) > len(shown) else 'The worst first:'}"
    )
    yield Table(("writer or document", *SCORES), [(_label(material, name, k), *_scores(found[k])) for _, k in shown])


def tabulate_lengths(predictions: Sequence[Prediction]) -> Table:
    """Scores by the length of the text, in characters."""
    found = group(sorted(predictions, key=lambda p: len(p.text)), lambda p: length_class(p.text))
    return Table(("characters", *SCORES), [(name, *_scores(some)) for name, some in found.items()])


def tabulate_characters(predictions: Sequence[Prediction]) -> Table:
    """How often each character was not read, those first that cost most."""
    edits = count_edits(predictions)
    confused: dict[str, list[tuple[int, str]]] = {}
    for (written, read), times in edits.substituted.items():
        confused.setdefault(written, []).append((times, read))
    rows = [
        (
            _visible(c),
            f"{edits.seen[c]:,}",
            f"{times:,}",
            percent(times / edits.seen[c]),
            f"{edits.deleted[c]:,}",
            "  ".join(f"{_visible(read)} {n}" for n, read in sorted(confused.get(c, []), reverse=True)[:4]),
        )
        for c, times in edits.missed.most_common(LONGEST)
    ]
    return Table(("character", "written", "not read", "share", "left out", "read as"), rows, (0, 5))


def tabulate_edits(predictions: Sequence[Prediction], most: int = 15) -> Table:
    """The commonest substitutions, deletions and insertions beside each other."""
    edits = count_edits(predictions)
    substituted = [(f"{_visible(a)} → {_visible(b)}", n) for (a, b), n in edits.substituted.most_common(most)]
    deleted = [(_visible(c), n) for c, n in edits.deleted.most_common(most)]
    inserted = [(_visible(c), n) for c, n in edits.inserted.most_common(most)]
    longest = max(len(substituted), len(deleted), len(inserted))
    columns = [
        [*((name, f"{n:,}") for name, n in some), *[("", "")] * (longest - len(some))]
        for some in (substituted, deleted, inserted)
    ]
    head = ("written → read", "times", "left out", "times", "put in", "times")
    return Table(head, [tuple(cell for pair in row for cell in pair) for row in zip(*columns, strict=True)], (0, 2, 4))


def tabulate_confusions(predictions: Sequence[Prediction], most: int = 15) -> Table:
    """The commonest confusions of characters."""
    pairs = count_edits(predictions).substituted.most_common(most)
    return Table(
        ("written", "read as", "times", "look alike"), [(a, b, f"{n:,}", _yes(a, b)) for (a, b), n in pairs], (0, 1, 3)
    )


def tabulate_look_alikes(predictions: Sequence[Prediction]) -> Iterator[Block]:
    """How many of the confusions are between characters of one shape."""
    wrong = [(p.text, p.read) for p in predictions if not p.right]
    if not wrong:
        yield Paragraph("Every character was read right.")
        return
    found = [members for pair in wrong if (members := look_alike(*pair))]
    counts = {members: found.count(members) for members in dict.fromkeys(found)}
    kind = 1 - (len(wrong) - len(found)) / len(predictions)
    yield Paragraph(
        f"{len(found):,} of {len(wrong):,} errors ({percent(len(found) / len(wrong))}) are between characters of one"
        f" shape. Were these right, {percent(kind)} would be read exactly."
    )
    rows = [("/".join(m), f"{n:,}", percent(n / len(wrong))) for m, n in sorted(counts.items(), key=lambda c: -c[1])]
    if rows:
        yield Table(("one shape", "errors", "of all errors"), rows)


def tabulate_classes(predictions: Sequence[Prediction]) -> Table:
    """Precision, recall and F1 of each character, then their means."""
    written, read = [p.text for p in predictions], [p.read for p in predictions]
    report = classification_report(written, read, output_dict=True, zero_division=0)
    report.pop("accuracy", None)
    classes = {name: values for name, values in report.items() if len(name) == 1}
    means = {name: values for name, values in report.items() if len(name) > 1}
    rows = [(name, *_precision(values)) for name, values in {**dict(sorted(classes.items())), **means}.items()]
    return _fold(("character", "precision", "recall", "F1", "written"), rows)


def tabulate_history(reports: Sequence[Mapping[str, object]]) -> Table:
    """The headline figures of the reports made in this place, oldest first."""
    sets = list(dict.fromkeys(name for one in reports for name in _headlines(one)))
    rows = [
        (str(one["made"])[:16].replace("T", " "), str(one["commit"])[:9], *(_headlines(one).get(s, "") for s in sets))
        for one in reports
    ]
    return Table(("made", "commit", *sets), rows, (0, 1))


def _fold(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Table:
    """A long table as two halves beside each other."""
    middle = -(-len(rows) // 2)
    empty = ("",) * len(head)
    halves = zip_longest(rows[:middle], rows[middle:], fillvalue=empty)
    return Table(head + head, [left + right for left, right in halves], (0, len(head)))


def _headlines(report: Mapping[str, object]) -> dict[str, str]:
    metrics = report.get("metrics")
    values = metrics.items() if isinstance(metrics, dict) else ()
    return {key: percent(value) for key, value in values if key.endswith((".cer", ".exact"))}


def _scores(predictions: Sequence[Prediction]) -> tuple[str, ...]:
    found = score(predictions)
    rates = (percent(found.cer), percent(found.wer), percent(found.exact))
    return f"{found.pictures:,}", *rates, f"{found.edits:.2f}"


def _trust(predictions: Sequence[Prediction]) -> tuple[str, ...]:
    found = trust(predictions)
    wrong = percent(found.accepted_error) if found.coverage else "-"
    return percent(found.calibration_error), percent(found.coverage), wrong


def _precision(values: Mapping[str, float]) -> tuple[str, ...]:
    shares = (percent(values[key]) for key in ("precision", "recall", "f1-score"))
    return *shares, f"{values['support']:,.0f}"


def _label(material: Material, name: str, key: str) -> str:
    """A writer's name where the set is published; else their place in it."""
    if name in material.drawable:
        return key
    return f"no. {sorted({p.group for p in material.predictions if p.set == name}).index(key) + 1}"


def _visible(character: str) -> str:
    return "space" if character == " " else character


def _yes(written: str, read: str) -> str:
    return "yes" if look_alike(written, read) else ""
