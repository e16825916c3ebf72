"""What preparing costs, and what is said of pictures under everyday conditions."""

import numpy as np

from benchmarks.bars import set_bars
from benchmarks.notices import ARRANGED, EXPECTED, describe_notices, measure_share, notice_sample
from benchmarks.preparing import PREPARED, SAMPLES, describe_cost
from benchmarks.results import Noticed
from benchmarks.tables import list_notices
from longhand.datasets.synthetic.conditions import CONDITIONS, Pixels
from longhand.handwriting.notices import Notice
from tests.drawings import written

ROWS = [
    Noticed("plain", "words", 100, {"frame_removed": 3}),
    Noticed("ruled", "words", 50, {"frame_removed": 49}),
    Noticed("corner", "words", 100, {"frame_removed": 80, "uneven_light": 7}),
    Noticed("plain", "digits", 100, {}),
    Noticed("corner", "digits", 100, {"frame_removed": 99}),
    Noticed("ruled", "digits", 0, {}),
]


def shares(name: str) -> float:
    return next(figure.value for figure in describe_notices(ROWS) if figure.name.startswith(f"notices on {name}"))


def test_a_notice_is_measured_over_all_of_its_conditions_and_on_plain_pictures() -> None:
    frames = Notice.FRAME_REMOVED
    assert measure_share(ROWS, "words", frames, plain=False) == 129 / 150
    assert measure_share(ROWS, "words", frames, plain=True) == 0.03
    assert measure_share(ROWS, "digits", Notice.TURNED, plain=False) is None
    assert (shares("their conditions"), shares("plain pictures")) == (129 / 150, 0.03)


def test_the_notices_have_bars() -> None:
    least, most = map(set_bars, describe_notices(ROWS))
    assert (least.bar, least.at_least, least.meets(least.bar)) == (0.9, True, False)
    assert (most.bar, most.at_least, most.meets(most.bar)) == (0.02, False, False)


def test_a_table_shows_each_notice_beside_plain_pictures() -> None:
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in list_notices(ROWS).splitlines()]
    assert lines[0] == ["notice", "conditions", "words", "plain", "digits", "plain"]
    (frames,) = [line for line in lines if line[0] == "frame_removed"]
    assert frames[2:] == ["86.0%", "3.0%", "99.0%", "0.0%"]
    assert {line[0] for line in lines[2:]} == set(EXPECTED.values())
    assert list_notices([]) == "Not measured."


def test_a_sample_is_looked_at_under_every_condition_that_shows() -> None:
    words = [written(text, seed=4).gray for text in ("Garden", "minimum")]
    found = {row.condition: row for row in notice_sample("words", words)}
    assert set(found) == {*CONDITIONS, *ARRANGED} and set(EXPECTED) < set(found)
    assert found["plain"] == Noticed("plain", "words", 2, {})
    assert found["form-cell"].given == {"frame_removed": 2} and found["two-rows"].pictures == 2
    (blank,) = [row for row in notice_sample("digits", [_even()]) if row.condition == "neighbours"]
    assert blank.pictures == 0, "of an empty page, nothing reaches into the picture"


def test_the_cost_of_preparing_is_that_beside_the_preparation_before() -> None:
    figure = set_bars(describe_cost("words", [written("cost").gray] * 3))
    assert figure.name == "text-4 beside text-2, time of preparing words" and figure.bar == 2
    assert 0.1 < figure.value < 20 and figure.unit == "×"
    assert set(SAMPLES) == set(PREPARED)


def _even() -> Pixels:
    return np.full((60, 60), 230, np.uint8)
