"""The bins of a reliability diagram."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longhand.comparison.reliability import BINS, Bin, sort_into_bins

READINGS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


@given(READINGS)
@settings(max_examples=50, deadline=None)
def test_every_reading_is_in_one_bin_and_their_means_are_those_of_all(readings: list[tuple[float, bool]]) -> None:
    confidences, right = zip(*readings, strict=True)
    bins = sort_into_bins(confidences, right)
    assert 0 < len(bins) <= BINS and all(one.pictures > 0 for one in bins)
    assert sum(one.pictures for one in bins) == len(readings)
    assert sum(one.confidence * one.pictures for one in bins) == pytest.approx(sum(confidences))
    assert sum(one.right * one.pictures for one in bins) == pytest.approx(sum(right))
    assert all(one.low - 1e-9 <= one.confidence <= one.high + 1e-9 for one in bins)
    assert [one.low for one in bins] == sorted({one.low for one in bins})


def test_a_bin_begins_where_the_one_before_ends_and_certainty_is_in_the_last() -> None:
    assert sort_into_bins([0.0, 0.5, 0.49, 1.0, 0.75, 0.999], [False, True, False, True, False, False]) == (
        Bin(0.0, 0.1, 0.0, 0.0, 1),
        Bin(0.4, 0.5, 0.49, 0.0, 1),
        Bin(0.5, 0.6, 0.5, 1.0, 1),
        Bin(0.7, 0.8, 0.75, 0.0, 1),
        Bin(0.9, 1.0, (1.0 + 0.999) / 2, 0.5, 2),
    )
