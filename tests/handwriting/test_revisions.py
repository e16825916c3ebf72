"""A language changes the likeliest path where the network is in doubt, and only there."""

import numpy as np
import pytest

from longhand.handwriting.alphabet import Alphabet
from longhand.handwriting.ctc.candidates import propose
from longhand.handwriting.ctc.language import Language
from longhand.handwriting.ctc.likelihood import Doubles, Frames, Integers, Rows
from longhand.handwriting.ctc.paths import spell
from longhand.handwriting.ctc.rescoring import _judge, revise
from longhand.handwriting.ctc.uncertainty import PLACES, find_doubts
from longhand.learning.language import learn_language

CHARACTERS = " abcdefghijklmnopqrstuvwxyz"
TEXTS = ("the house on the hill", "a mouse in the house", "the hill and the mouse", "in the house a hill")


@pytest.fixture(scope="module")
def language() -> Language:
    return Language(learn_language(dict.fromkeys(TEXTS, 5.0), CHARACTERS))


def network(text: str, doubtful: str, other: str, sure: float = 0.6) -> Frames:
    """A network that writes a text, each letter over two frames, and doubts one letter wherever it stands."""
    alphabet = Alphabet(CHARACTERS)
    rows: list[Doubles] = []
    for letter in text:
        row = np.full(alphabet.size, 1e-9)
        row[alphabet.encode(letter)] = sure if letter == doubtful else 1.0
        if letter == doubtful:
            row[alphabet.encode(other)] = 1 - sure
        blank = np.full(alphabet.size, 1e-9)
        blank[0] = 1.0
        rows += [row, row, blank]
    chances = np.array(rows) / np.sum(rows, axis=1, keepdims=True)
    return Frames(chances[None], np.array([len(rows)]))


def read(path: Integers) -> str:
    rows = spell(path, np.zeros(len(path), np.int64))
    return Alphabet(CHARACTERS).decode(rows.outputs[0, : rows.lengths[0]].tolist())


def test_more_places_are_mended_than_a_list_of_proposals_could_hold(language: Language) -> None:
    text = " ".join(TEXTS)
    frames = network(text.replace("e", "c"), "c", "e")
    assert text.count("e") > PLACES
    proposals = propose(frames, 4, language.score)
    rows = proposals.rows
    written = [Alphabet(CHARACTERS).decode(o[:n].tolist()) for o, n in zip(rows.outputs, rows.lengths, strict=True)]
    assert written[0] == text.replace("e", "c")
    assert text in written
    assert len(set(written)) == len(written) <= 5


def test_where_the_network_is_sure_a_language_changes_nothing(language: Language) -> None:
    frames = network("the hoose", "o", "u", sure=1 - 1e-7)
    greedy = frames.chances.argmax(axis=2)
    path, _ = revise(greedy, find_doubts(frames.chances, greedy), language.score)
    assert read(path) == "the hoose"


def test_what_was_changed_stays_in_doubt(language: Language) -> None:
    frames = network("thc housc in thc hill thc mousc", "c", "e")
    greedy = frames.chances.argmax(axis=2)
    path, doubts = revise(greedy, find_doubts(frames.chances, greedy), language.score)
    assert read(path) == "the house in the hill the mouse"
    back = (doubts.output == Alphabet(CHARACTERS).encode("c")[0]) & (doubts.cost > 0)
    assert back.any()
    assert (doubts.cost >= 0).all()


@pytest.mark.parametrize("seed", range(5))
def test_a_change_is_worth_in_its_letters_what_it_is_worth_in_the_whole_text(language: Language, seed: int) -> None:
    random = np.random.default_rng(seed)
    logits = random.normal(0, 2.5, (3, 90, len(CHARACTERS) + 1))
    logits[:, :, 0] += 2
    chances = np.exp(logits) / np.exp(logits).sum(axis=2, keepdims=True)
    path = chances.argmax(axis=2)
    doubts = find_doubts(chances, path)
    changed = path[doubts.owner]
    for row, (first, last, output) in enumerate(zip(doubts.first, doubts.last, doubts.output, strict=True)):
        changed[row, first : last + 1] = output
    whole = language.score(spell(changed, doubts.owner)) - language.score(spell(path, np.arange(3)))[doubts.owner]
    np.testing.assert_allclose(_judge(path, doubts, language.score), whole, atol=1e-9)


def test_where_all_that_may_come_of_it_is_looked_at_nothing_is_decided_before(language: Language) -> None:
    frames = network("the hausc", "c", "e")
    greedy = frames.chances.argmax(axis=2)
    doubts = find_doubts(frames.chances, greedy)
    assert len(doubts.cost) <= PLACES
    path, left = revise(greedy, doubts, language.score)
    assert (path == greedy).all()
    assert sorted(left.cost.tolist()) == sorted(doubts.cost.tolist())


def test_of_changes_that_touch_each_other_one_is_made() -> None:
    """All are worth while alone: every letter of the path is one too many."""
    chances = np.full((1, 6, 4), 0.01)
    chances[0, :, 1:] += [[0.5, 0.3, 0.1], [0.1, 0.5, 0.3], [0.3, 0.1, 0.5]] * 2
    path = chances.argmax(axis=2)
    made, _ = revise(path, find_doubts(chances, path), fewer)
    assert 0 < (made != path).sum() < path.size


def fewer(rows: Rows) -> Doubles:
    return -5.0 * rows.lengths
