"""A language changes the likeliest path where the network is in doubt, and only there."""

import numpy as np
import pytest

from longhand.handwriting.alphabet import Alphabet
from longhand.handwriting.ctc.candidates import find_candidates
from longhand.handwriting.ctc.language import Language
from longhand.handwriting.ctc.likelihood import Doubles, Frames, Integers, Rows
from longhand.handwriting.ctc.paths import spell
from longhand.handwriting.ctc.rescoring import _judge, rescore
from longhand.handwriting.ctc.uncertainty import PLACES, find_changes
from longhand.learning.language import learn_language

CHARACTERS = " abcdefghijklmnopqrstuvwxyz"
TEXTS = ("the house on the hill", "a mouse in the house", "the hill and the mouse", "in the house a hill")


@pytest.fixture(scope="module")
def language() -> Language:
    return Language(learn_language(dict.fromkeys(TEXTS, 5.0), CHARACTERS))


def network(text: str, uncertain: str, other: str, sure: float = 0.6) -> Frames:
    """A network that writes a text, each letter over two frames, and changes one letter wherever it stands."""
    alphabet = Alphabet(CHARACTERS)
    rows: list[Doubles] = []
    for letter in text:
        row = np.full(alphabet.size, 1e-9)
        row[alphabet.encode(letter)] = sure if letter == uncertain else 1.0
        if letter == uncertain:
            row[alphabet.encode(other)] = 1 - sure
        blank = np.full(alphabet.size, 1e-9)
        blank[0] = 1.0
        rows += [row, row, blank]
    probabilities = np.array(rows) / np.sum(rows, axis=1, keepdims=True)
    return Frames(probabilities[None], np.array([len(rows)]))


def read(path: Integers) -> str:
    rows = spell(path, np.zeros(len(path), np.int64))
    return Alphabet(CHARACTERS).decode(rows.outputs[0, : rows.lengths[0]].tolist())


def test_more_places_are_mended_than_a_list_of_proposals_could_hold(language: Language) -> None:
    text = " ".join(TEXTS)
    frames = network(text.replace("e", "c"), "c", "e")
    assert text.count("e") > PLACES
    candidates = find_candidates(frames, 4, language.score)
    rows = candidates.rows
    written = [Alphabet(CHARACTERS).decode(o[:n].tolist()) for o, n in zip(rows.outputs, rows.lengths, strict=True)]
    assert written[0] == text.replace("e", "c")
    assert text in written
    assert len(set(written)) == len(written) <= 5


def test_where_the_network_is_sure_a_language_changes_nothing(language: Language) -> None:
    frames = network("the hoose", "o", "u", sure=1 - 1e-7)
    greedy = frames.probabilities.argmax(axis=2)
    path, _ = rescore(greedy, find_changes(frames.probabilities, greedy), language.score)
    assert read(path) == "the hoose"


def test_what_was_changed_stays_in_doubt(language: Language) -> None:
    frames = network("thc housc in thc hill thc mousc", "c", "e")
    greedy = frames.probabilities.argmax(axis=2)
    path, changes = rescore(greedy, find_changes(frames.probabilities, greedy), language.score)
    assert read(path) == "the house in the hill the mouse"
    back = (changes.output == Alphabet(CHARACTERS).encode("c")[0]) & (changes.cost > 0)
    assert back.any()
    assert (changes.cost >= 0).all()


@pytest.mark.parametrize("seed", range(5))
def test_a_change_is_worth_in_its_letters_what_it_is_worth_in_the_whole_text(language: Language, seed: int) -> None:
    random = np.random.default_rng(seed)
    logits = random.normal(0, 2.5, (3, 90, len(CHARACTERS) + 1))
    logits[:, :, 0] += 2
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=2, keepdims=True)
    path = probabilities.argmax(axis=2)
    changes = find_changes(probabilities, path)
    changed = path[changes.owner]
    for row, (first, last, output) in enumerate(zip(changes.first, changes.last, changes.output, strict=True)):
        changed[row, first : last + 1] = output
    whole = language.score(spell(changed, changes.owner)) - language.score(spell(path, np.arange(3)))[changes.owner]
    np.testing.assert_allclose(_judge(path, changes, language.score), whole, atol=1e-9)


def test_where_all_that_may_come_of_it_is_looked_at_nothing_is_decided_before(language: Language) -> None:
    frames = network("the hausc", "c", "e")
    greedy = frames.probabilities.argmax(axis=2)
    changes = find_changes(frames.probabilities, greedy)
    assert len(changes.cost) <= PLACES
    path, left = rescore(greedy, changes, language.score)
    assert (path == greedy).all()
    assert sorted(left.cost.tolist()) == sorted(changes.cost.tolist())


def test_of_changes_that_touch_each_other_one_is_made() -> None:
    """All are worth while alone: every letter of the path is one too many."""
    probabilities = np.full((1, 6, 4), 0.01)
    probabilities[0, :, 1:] += [[0.5, 0.3, 0.1], [0.1, 0.5, 0.3], [0.3, 0.1, 0.5]] * 2
    path = probabilities.argmax(axis=2)
    made, _ = rescore(path, find_changes(probabilities, path), fewer)
    assert 0 < (made != path).sum() < path.size


def fewer(rows: Rows) -> Doubles:
    return -5.0 * rows.lengths
