"""What a list makes of a network's answers, and whose labels have slipped."""

from collections.abc import Sequence

import numpy as np

from longhand.bundles.card import Card
from longhand.handwriting.alphabet import Alphabet
from longhand.handwriting.ctc.lexicon import Lexicon
from longhand.handwriting.preprocessing import Prepared
from longhand.inference.session import Floats, Inputs
from longhand.inference.text import TextRecogniser
from longhand.learning.calibration import NEVER
from longhand.learning.prepared import Item
from longhand.tasks import LATIN
from pipelines.acceptance import choose_entries, find_mislabelled, list_texts
from pipelines.heldout import HeldOutSet
from pipelines.logits import Answer
from pipelines.suspicious import list_suspicious

PLACES = ("Winterthur", "Rapperswil", "Herisau", "Glarus", "Altdorf", "Sarnen", "Stans", "Schwyz")


class Silent:
    """No network: what it would say lies there already."""

    name = "silent"

    def run(self, inputs: Inputs) -> Floats:
        raise AssertionError("nothing is asked of the network")


def one_set(shown: Sequence[str], labels: Sequence[str], sharpness: float = 12.0) -> HeldOutSet:
    """Answers of a network that reads what is shown, to pictures with these labels."""
    answers = []
    for text, label in zip(shown, labels, strict=True):
        logits = np.zeros((3 * len(text), len(LATIN) + 1), np.float32)
        for place, output in enumerate(Alphabet(LATIN).encode(text)):
            logits[3 * place : 3 * place + 2, output] = sharpness
            logits[3 * place + 2, 0] = sharpness
        width = 4 * len(logits)
        prepared = Prepared(np.zeros((32, width), np.uint8), (0, 0, width, 32), (1.0, 1.0))
        answers.append(Answer(Item("towns", text, label, "hand", "validation", 32, width), prepared, logits))
    return HeldOutSet(TextRecogniser(Card("text", "text", LATIN, 32, "text-1"), Silent()), answers)


def test_labels_that_slipped_by_a_row_are_found() -> None:
    slipped = [*PLACES[:3], PLACES[4], PLACES[3], *PLACES[5:]]
    one = one_set(PLACES, slipped)
    assert find_mislabelled(one, one.read(), list_texts([one])).tolist() == [False] * 3 + [True] * 2 + [False] * 3


def test_a_reading_that_is_nearly_the_label_is_the_networks_mistake() -> None:
    one = one_set(["Glarus", "Glarns"], ["Glarns", "Glarus"])
    assert not find_mislabelled(one, one.read(), ["Glarus", "Glarns"]).any()


def test_a_network_that_knows_nothing_accuses_no_label() -> None:
    one = one_set(PLACES, [*PLACES[1:], PLACES[0]], sharpness=0.0)
    assert not find_mislabelled(one, one.read(), list_texts([one])).any()


def test_what_is_in_no_list_is_nobody_elses_label() -> None:
    one = one_set(["Winterthur", "Solothurn"], ["Winterthur", "Aarau"])
    assert not find_mislabelled(one, one.read(), list_texts([one])).any()


def test_suspicious_labels_are_listed_with_what_was_read() -> None:
    slipped = [*PLACES[:6], PLACES[7], PLACES[6]]
    one = one_set(PLACES, slipped)
    read = one.read()
    marked = find_mislabelled(one, read, list_texts([one])).tolist()
    assert [(line["name"], line["text"], line["read"]) for line in list_suspicious(one.answers, read, marked)] == [
        ("Stans", "Schwyz", "Stans"),
        ("Schwyz", "Stans", "Schwyz"),
    ]


def test_entries_are_answered_where_they_stand_and_accepted_where_the_promise_holds() -> None:
    towns = [f"{place} {number}" for place in PLACES for number in range(60)]
    one = one_set(towns, towns)
    choose_entries([one], [np.zeros(len(towns), np.bool_)], promised_error=0.02)
    card = one.recogniser.card
    fit, lead, _ = card.lexicon_odds
    assert min(fit, lead) >= 0 and fit + lead > 0
    assert -50 < card.lexicon_threshold < 50
    assert card.lexicon_acceptance is not None and 0 < card.lexicon_acceptance <= 1
    assert card.entry_threshold == card.lexicon_acceptance != card.threshold


def test_what_is_chosen_answers_few_texts_that_are_not_listed_and_nearly_all_that_are() -> None:
    towns = [f"{place} {number}" for place in PLACES for number in range(60)]
    one = one_set(towns, towns, sharpness=7.0)
    choose_entries([one], [np.zeros(len(towns), np.bool_)], promised_error=0.02)
    half = Lexicon(towns[::2])
    answered = [reading.text for reading in one.read(half)]
    assert np.mean([text == town for text, town in zip(answered[::2], towns[::2], strict=True)]) > 0.95
    assert np.mean([bool(text) for text in answered[1::2]]) < 0.05


def test_too_few_pictures_promise_nothing_of_entries() -> None:
    one = one_set(PLACES, PLACES)
    choose_entries([one], [np.zeros(len(PLACES), np.bool_)], promised_error=0.02)
    assert one.recogniser.card.lexicon_acceptance == NEVER


def test_labels_that_slipped_do_not_count_against_entries() -> None:
    towns = [f"{place} {number}" for place in PLACES for number in range(60)]
    labels = [*towns[:468], *towns[469:], towns[468]]
    one, slipped = one_set(towns, labels), np.array(towns) != np.array(labels)
    choose_entries([one], [np.zeros(len(towns), np.bool_)], promised_error=0.02)
    strict = one.recogniser.card.entry_threshold
    choose_entries([one], [slipped], promised_error=0.02)
    assert one.recogniser.card.entry_threshold < strict
