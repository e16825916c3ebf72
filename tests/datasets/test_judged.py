"""Labels that were compared with their pictures by eye."""

from longhand.datasets import judged
from longhand.datasets.catalogue import load
from longhand.datasets.judged import find_written
from tests.real import data_sets

SLIP = ("dhsd", "german_hw_data/writer8/8_148.png", "Günterstraße")


def test_what_is_written_counts_in_place_of_a_wrong_label() -> None:
    assert find_written(*SLIP) == "Günterstaße"


def test_a_spoiled_copy_shows_what_its_picture_shows() -> None:
    assert find_written("dhsd:spoiled", "german_hw_data/writer8/8_148.png~2", "Günterstraße") == "Günterstaße"


def test_a_picture_of_which_nobody_can_say_what_it_shows_has_no_text() -> None:
    assert find_written("dhsd", "german_hw_data/writer2/2_114.png", "Groß Kienitz") is None


def test_a_label_that_was_corrected_at_its_source_is_kept() -> None:
    assert find_written(SLIP[0], SLIP[1], "Günterstr.") == "Günterstr."


def test_a_label_that_nobody_doubted_is_kept() -> None:
    assert find_written("dhsd", "german_hw_data/writer8/8_1.png", "Köln") == "Köln"


def test_every_judgement_is_about_a_label_of_its_set() -> None:
    folder = data_sets()
    judgements = judged._judgements()
    labels = {(name, one.name, one.text) for name in {key[0] for key in judgements} for one in load(name, folder)}
    assert set(judgements) <= labels
