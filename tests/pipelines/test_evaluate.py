"""What an evaluation calibrates on."""

import pytest

from longhand.learning.prepared import Item
from longhand.recipes.parameters import Calibrating
from pipelines.evaluate import _choose


def item(name: str, set: str = "dhsd:spoiled") -> Item:
    return Item(set, name, "Ort", "writer", "validation", 48, 96)


@pytest.mark.parametrize(
    ("independent", "names"), [(False, ["1~1", "1~2", "2~1", "2~2", "1", "2"]), (True, ["1~1", "2~1", "1", "2"])]
)
def test_of_the_copies_of_a_picture_one_counts_where_pictures_are_to_be_independent(
    independent: bool, names: list[str]
) -> None:
    copies = [item("1~1"), item("1~2"), item("2~1"), item("2~2")]
    plain = [item("1", "dhsd"), item("2", "dhsd")]
    drawn = [item("1~1", "rendered:spoiled"), item("3", "rendered")]
    rule = Calibrating(independent=independent)
    assert [one.name for one in _choose([*copies, *plain, *drawn], rule)] == names
    assert len(_choose(drawn, rule)) == 2
