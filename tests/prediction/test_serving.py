from hypothesis import given
from hypothesis import strategies as st

from services.prediction.deployment.served import bucket
from services.prediction.deployment.slots import is_challenged


@given(st.integers(1, 2400), st.integers(1, 2400))
def test_what_shares_a_batch_is_padded_by_little(one: int, other: int) -> None:
    narrow, wide = sorted((one, other))
    if bucket(narrow) == bucket(wide):
        assert wide <= 1.25 * narrow + 128
    assert bucket(narrow) <= bucket(wide)


def test_no_reading_is_challenged_for_no_share_and_every_reading_for_the_whole() -> None:
    readings = [f"r{number}" for number in range(100)]
    assert not any(is_challenged(reading, 0.0) for reading in readings)
    assert all(is_challenged(reading, 1.0) for reading in readings)
    assert all(is_challenged(reading, 0.6) for reading in readings if is_challenged(reading, 0.3))
