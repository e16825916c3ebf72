"""The table of tasks: what clients call a task may be read by several models, one for each effort."""

from collections import Counter

import pytest

from longhand.inference import text as reading
from longhand.learning import methods
from longhand.recipes.checking import find_section, list_networks
from longhand.recipes.errors import NotInRecipe
from longhand.tasks import CHARACTERS, TASKS, TEXT, TEXT_FAST, Effort, Task, UnknownTask, find, part, rank


def test_each_effort_of_a_task_has_one_model_and_the_best_is_always_there() -> None:
    efforts = Counter((task.wire, task.effort) for task in TASKS.values())
    assert set(efforts.values()) == {1}
    assert {wire for wire, effort in efforts if effort is Effort.BEST} == {task.wire for task in TASKS.values()}


@pytest.mark.parametrize(
    ("wire", "effort", "models"),
    [
        ("text", Effort.BEST, (TEXT,)),
        ("text", Effort.FAST, (TEXT_FAST, TEXT)),
        ("character", Effort.BEST, (CHARACTERS,)),
        ("character", Effort.FAST, (CHARACTERS,)),
    ],
)
def test_the_best_model_stands_in_for_a_fast_one_and_never_the_other_way_round(
    wire: str, effort: Effort, models: tuple[Task, ...]
) -> None:
    assert rank(wire, effort) == models
    assert find(wire) is models[-1]


def test_an_unknown_task_is_answered_with_each_that_there_is_once() -> None:
    with pytest.raises(UnknownTask, match="it knows character, text"):
        rank("page", Effort.FAST)


def test_a_second_model_of_a_task_shares_its_modules() -> None:
    assert part("longhand.inference", TEXT_FAST).RECOGNISER is reading.RECOGNISER
    assert list_networks(TEXT_FAST) == list_networks(TEXT)
    assert methods.find_method(TEXT_FAST, "svtr") is methods.find_method(TEXT, "svtr")


def test_a_model_that_a_recipe_does_not_make_is_named_beside_those_that_it_makes() -> None:
    assert find_section({"text-fast": 1, "text": 2}, "text-fast") == 1
    with pytest.raises(NotInRecipe, match=r"no model text-fast.*: characters, text\."):
        find_section({"characters": 1, "text": 2}, "text-fast")
