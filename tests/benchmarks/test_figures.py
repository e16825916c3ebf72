"""Intervals, exhaustive scoring, and tables."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.confidence import describe_without_suspicious, mark_suspicious
from benchmarks.engines.base import Reading
from benchmarks.exhaustive import Exhaustive
from benchmarks.intervals import binomial, bootstrap, choose_unit, count_edits
from benchmarks.measurements import Measured
from benchmarks.results import Figure, Result, Spoilt
from benchmarks.robustness import describe_conditions
from benchmarks.sets import SETS, Material
from benchmarks.tables import list_conditions, list_figures
from longhand.datasets.sample import Sample
from longhand.handwriting.ctc.greedy import log_softmax
from longhand.handwriting.ctc.likelihood import score_spellings


def test_an_interval_is_wider_where_groups_differ_than_where_pictures_do() -> None:
    hits = [1.0] * 50 + [0.0] * 50
    alike = bootstrap([str(i) for i in range(100)], hits, [1.0] * 100)
    grouped = bootstrap([str(i // 10) for i in range(100)], hits, [1.0] * 100)
    assert alike[0] < 0.5 < alike[1] and grouped[1] - grouped[0] > 2 * (alike[1] - alike[0])


def test_the_same_figures_give_the_same_interval() -> None:
    assert bootstrap(["a", "b"], [1, 2], [3, 4]) == bootstrap(["a", "b"], [1, 2], [3, 4])


def test_with_fewer_than_ten_writers_pictures_are_resampled() -> None:
    assert choose_unit(["w1", "w2"] * 20, "writer") == ("picture", [str(i) for i in range(40)])
    assert choose_unit([f"w{i}" for i in range(10)], "writer")[0] == "writer"


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"), [(0, 10, 0, 0.3085), (10, 10, 0.6915, 1), (5, 10, 0.1871, 0.8129)]
)
def test_a_binomial_interval_is_that_of_the_tables(hits: int, count: int, low: float, high: float) -> None:
    assert binomial(hits, count) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_edits_are_counted_between_normalised_texts() -> None:
    edits, lengths = count_edits(["l’été", "ab"], [" l'e\u0301te\u0301", "b"])
    assert (edits.tolist(), lengths.tolist()) == ([0, 1], [5, 2])


def test_every_spelling_gets_its_exact_probability() -> None:
    random = np.random.default_rng(0)
    scores = log_softmax(random.normal(0, 3, (12, 6)).astype(np.float32))
    spellings = [list(random.integers(1, 6, size)) for size in (0, 1, 1, 3, 5, 8, 12, 14)] + [[2, 2, 2]]
    ours, theirs = Exhaustive(spellings).score(scores), score_spellings(scores, spellings)
    assert np.allclose(np.exp(ours), np.exp(theirs)) and np.array_equal(ours == -np.inf, theirs == -np.inf)
    assert np.allclose(ours[ours > -np.inf], theirs[ours > -np.inf])


def test_a_bar_that_is_missed_is_marked() -> None:
    floor = Figure("seen", 0.91, "%", (0.9, 0.92), "page", bar=0.9, high_bar=0.95, at_least=True)
    line = list_figures([floor]).splitlines()[-1]
    assert [cell.strip() for cell in line.strip("|").split("|")] == [
        *("seen", "91.00%", "90.00% to 92.00%", "page", "≥ 90.00%", "≥ 95.00%, missed")
    ]


def test_the_columns_of_a_table_line_up() -> None:
    lines = list_figures([Figure("a", 1.0, "ms"), Figure("a longer name", 12345.0, "words/s", bar=1)]).splitlines()
    assert len({len(line) for line in lines}) == 1


SPOILT = [
    Spoilt("plain", "words", "longhand", 100, 0.04, 0.9, accepted=90, wrong=9),
    Spoilt("ruled", "words", "longhand", 100, 0.2, 0.5, accepted=50, wrong=4, suspicious=1),
    Spoilt("photo", "words", "longhand", 100, 0.1, 0.6, accepted=10, wrong=6),
    Spoilt("small", "words", "longhand", 100, 0.9, 0.1, accepted=0, wrong=0),
]


def test_the_mean_over_conditions_leaves_out_plain_and_small() -> None:
    found = {figure.name: figure.value for figure in describe_conditions(SPOILT)}
    name = "words under everyday conditions, CER"
    assert found[f"{name}, mean"] == pytest.approx(0.15) and found[f"{name}, worst"] == 0.2
    assert (found[f"{name}, plain"], found[f"{name}, small"]) == (0.04, 0.9)


def test_what_is_accepted_wrongly_counts_over_all_conditions_and_alone_where_it_is_often_enough() -> None:
    found = {figure.name: figure.value for figure in describe_conditions(SPOILT)}
    assert found["under everyday conditions, wrong among the accepted"] == pytest.approx(10 / 60)
    assert found["under everyday conditions, wrong among the accepted, worst"] == pytest.approx(4 / 50)
    assert found["under everyday conditions, wrong among the accepted without suspicious labels"] == pytest.approx(
        9 / 59
    )
    assert "under everyday conditions, wrong among the accepted without suspicious labels, worst" not in found, "49"


def test_a_label_is_suspicious_where_another_pictures_text_is_read_surely(tmp_path: Path) -> None:
    texts = ("Berlin", "Hamburg", "Bern", "Ulm")
    samples = [Sample("dhsd", f"{at}.png", text, "writer", "test", bytes) for at, text in enumerate(texts)]
    material = Material(samples, [tmp_path] * 4, texts, frozenset())
    read = [("Hamburg", 0.9), ("Hamburg", 0.9), ("Berlin", 0.4), ("Elm", 0.9)]
    readings = [Reading(text, confidence, accepted=True) for text, confidence in read]
    row = Result("dhsd-test", "longhand", 1, 4, 0.5, 0.25)
    found = Measured(row, [0, 1, 2, 3], readings)
    assert mark_suspicious(material, found).tolist() == [True, False, False, False]
    values = {figure.name: figure.value for figure in describe_without_suspicious(SETS[0], material, found)}
    wrong = next(value for name, value in values.items() if "wrong among the accepted without" in name)
    assert wrong == pytest.approx(2 / 3)


def test_a_label_that_was_judged_to_be_wrong_is_suspicious_whatever_is_read(tmp_path: Path) -> None:
    name, label = "german_hw_data/writer1/1_0.png", "Königshain-Wiederau"
    samples = [Sample("dhsd", name, text, "writer", "test", bytes) for text in (label, "Ulm")]
    material = Material(samples, [tmp_path] * 2, ("Ulm",), frozenset())
    found = Measured(Result("dhsd-test", "longhand", 1, 2, 0.5, 0.25), [0, 1], [Reading("Elm", 0.1)] * 2)
    assert mark_suspicious(material, found).tolist() == [True, False]


def test_engines_stand_beside_each_other_under_every_condition() -> None:
    peer = Spoilt("ruled", "words", "rapidocr", 100, 0.3, 0.2, "crop", 0.4)
    head, _, *lines = list_conditions([*SPOILT, peer], "words").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in (head, *lines)]
    assert cells[0] == ["condition", "longhand", "rapidocr", "longhand: accepted", "longhand: wrong"]
    assert cells[2] == ["ruled", "20.00%", "crop 30.00%", "50", "4"]
    assert cells[3][2] == "–" and cells[-1][:3] == ["mean", "15.00%", "30.00%"]
