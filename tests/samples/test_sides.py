"""The halves of the corrections."""

from longhand.samples.sides import Side, side_of


def test_a_picture_never_changes_its_side() -> None:
    found = [side_of(digit * 64) for digit in ("a", "A", "b", "c")]
    assert found == [Side.GATE, Side.GATE, Side.GATE, Side.TRAIN]


def test_about_half_of_all_pictures_are_on_each_side_also_of_those_that_lie_in_one_folder() -> None:
    for prefix in ("", "ab"):
        names = [f"{prefix}{number:064x}"[:64] for number in range(4000)]
        gate = sum(side_of(name) is Side.GATE for name in names)
        assert 1850 <= gate <= 2150, (prefix, gate)
