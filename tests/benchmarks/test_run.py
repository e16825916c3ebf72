"""The whole benchmark on a handful of drawn pictures, with Longhand itself and with engines that are fakes."""

import json
from pathlib import Path

import pytest

from benchmarks.__main__ import summarise, write
from benchmarks.results import Figure, Result, Results, read_results
from benchmarks.run import Run
from longhand.datasets.synthetic.conditions import CONDITIONS

KEYS = [
    *("set", "engine", "pictures", "cer", "exact", "words_per_second", "batch", "memory_mb", "start_s"),
    *("view", "other_cer"),
]


@pytest.fixture(scope="module")
def results(measured: Run) -> Results:
    return summarise(measured, reference=0.5)


def rows(results: Results, of: str, engine: str) -> list[Result]:
    return [row for row in results.results if (row.set, row.engine) == (of, engine)]


def figure(results: Results, name: str) -> Figure:
    return next(one for one in results.figures if one.name == name)


def test_longhand_is_measured_on_every_set_that_is_at_hand(results: Results) -> None:
    assert {row.set for row in results.results if row.engine == "longhand"} == {
        *("hw62-test", "dhsd-test", "dhsd-test+lexicon", "peraire-test")
    }
    assert {row.exact for row in rows(results, "dhsd-test", "longhand")} == {round(10 / 12, 5)}
    assert rows(results, "dhsd-test+lexicon", "longhand")[0].exact == round(10 / 12, 5)
    assert rows(results, "hw62-test", "longhand")[0].exact == round(1 / 3, 5)


def test_speed_is_measured_alone_and_many_at_once(results: Results) -> None:
    measured = rows(results, "dhsd-test", "longhand")
    assert [row.batch for row in measured] == [1, 8, 32, 256, 1024]
    assert [row.batch for row in rows(results, "dhsd-test", "rapidocr")] == [1, 6, 16, 32]
    for row in measured:
        assert (row.words_per_second or 0) > 0 and (row.memory_mb or 0) > 20 and (row.start_s or 0) > 0.05


def test_an_engine_without_lexicon_answers_the_nearest_entry(results: Results) -> None:
    (row,) = rows(results, "dhsd-test+lexicon", "rapidocr")
    assert (row.exact, row.words_per_second, row.batch) == (round(3 / 12, 5), None, None)


def test_an_engine_that_wants_crops_is_measured_on_them(results: Results) -> None:
    for row in rows(results, "dhsd-test", "rapidocr"):
        assert (row.view, row.exact, row.other_cer) == ("crop", round(3 / 12, 5), 1)
    assert rows(results, "dhsd-test+lexicon", "rapidocr")[0].view == "crop"
    assert {(row.view, row.other_cer) for row in results.results if row.engine == "longhand"} == {("whole", None)}


def test_every_engine_gets_the_same_pictures_under_every_condition(results: Results) -> None:
    """No digits are at hand here."""
    seen = [(row.engine, row.condition, row.sample, row.pictures) for row in results.conditions]
    assert seen == [(engine, name, "words", 12) for engine in ("longhand", "rapidocr") for name in CONDITIONS]
    found = {(row.engine, row.condition): row for row in results.conditions}
    assert found["longhand", "plain"].exact == round(10 / 12, 5)
    assert found["rapidocr", "plain"].view == "crop" and found["rapidocr", "plain"].accepted is None
    assert found["longhand", "half-shadow"].cer > 0.5
    assert 0 <= (found["longhand", "plain"].wrong or 0) <= (found["longhand", "plain"].accepted or 0)
    assert figure(results, "words under everyday conditions, CER, plain").value == found["longhand", "plain"].cer


def test_pictures_that_no_model_reads_count_where_they_are_accepted(results: Results) -> None:
    """The models here read strokes in everything, and every glyph as a 7, and are sure of it."""
    words = figure(results, "unfamiliar pictures, text, accepted")
    glyphs = figure(results, "unfamiliar pictures, characters, accepted")
    assert words.bar == glyphs.bar == 0.01
    assert 0 <= words.value <= 1 and 0.5 < glyphs.value <= 1
    assert figure(results, "unfamiliar pictures, characters, accepted of spiral").value == 1


def test_the_fast_effort_is_measured_where_there_is_a_bundle_of_it(fast: Run, results: Results) -> None:
    found = summarise(fast, reference=0.5)
    assert {(row.set, row.engine) for row in found.results} == {
        *(("hw62-test", "longhand"), ("peraire-test", "longhand"), ("peraire-test", "longhand-fast"))
    }
    assert [row.cer for row in rows(found, "peraire-test", "longhand-fast")] == [1]
    assert figure(found, "fast: peraire-test, CER").value == 1 and figure(found, "peraire-test, CER").value == 0
    assert figure(found, "fast: peraire-test, CER beside the best effort").bar == 1.6
    assert figure(found, "bundle text-fast, served part").value > 0
    assert not any("fast" in row.engine for row in results.results)
    assert not any("fast" in sentence for sentence in results.left_out)


def test_what_is_missing_is_said_and_the_rest_goes_on(results: Results) -> None:
    said = "\n".join(results.left_out)
    assert "mnist-test is left out: " in said and "tesseract is left out: Tesseract is not installed." in said
    assert "rapidocr on peraire-test is left out: rapidocr: ValueError: this is too long" in said
    assert rows(results, "peraire-test", "longhand") and not rows(results, "peraire-test", "rapidocr")
    assert list(results.versions) == ["longhand", "rapidocr"]


def test_figures_stand_beside_their_bars(results: Results) -> None:
    exact = figure(results, "dhsd-test, exact")
    assert (exact.bar, exact.high_bar, exact.at_least, exact.by) == (0.83, 0.87, True, "picture")
    assert exact.interval is not None and exact.interval[0] < exact.value < exact.interval[1]
    assert figure(results, "shortlist agrees with exhaustive scoring").value == 1
    assert figure(results, "dhsd-test, text also in training, exact").value == 1
    assert figure(results, "hw62-test, right of 36 folded classes").value == pytest.approx(1 / 3)


def test_what_is_accepted_is_told_by_writer(results: Results) -> None:
    accepted, wrong = figure(results, "dhsd-test, accepted"), figure(results, "dhsd-test, wrong among the accepted")
    assert 0 < accepted.value <= 1
    assert wrong.interval is not None and wrong.interval[0] <= wrong.value <= wrong.interval[1]
    assert figure(results, "dhsd-test, wrong among the accepted of writer-0").value == 0


def test_the_file_has_the_shape_that_others_read(results: Results, tmp_path: Path) -> None:
    write(results, tmp_path)
    written = json.loads((tmp_path / "benchmarks" / "results.json").read_text())
    assert list(written)[:4] == ["commit", "machine", "reference_workload_s", "results"]
    assert all(list(row) == KEYS for row in written["results"])
    assert read_results(tmp_path / "benchmarks" / "results.json") == results
    assert (tmp_path / "docs" / "benchmarks.md").read_text().startswith("# Benchmarks\n")
