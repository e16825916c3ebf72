"""The guard that calibration chooses for a card."""

from dataclasses import replace

import numpy as np
import pytest

from longhand.bundles.card import Card
from longhand.handwriting.notices import Notice
from longhand.handwriting.preprocessing import Prepared
from longhand.inference.characters import GlyphRecogniser
from longhand.inference.session import Floats, Inputs
from longhand.learning.prepared import Item
from longhand.tasks import DIGITS, GLYPHS
from pipelines.guard import answer_unfamiliar, choose_guard
from pipelines.logits import Answer, interpret


class Inky:
    """A network that is the surer of a 0 the less ink it sees."""

    name = "inky"

    def run(self, inputs: Inputs) -> Floats:
        logits = np.zeros((len(inputs[0]), len(GLYPHS)), np.float32)
        logits[:, 0] = 10 - 10 * inputs[0].mean(axis=(1, 2, 3))
        return logits


def recogniser() -> GlyphRecogniser:
    return GlyphRecogniser(Card("characters", "character", GLYPHS, 28, "glyph-2", threshold=0.5), Inky())


def answers(characters: str, strength: float, other: float = 0.0, seed: int = 0) -> list[Answer]:
    """Pictures of characters, of which the network is about so sure, and of the letter l so much."""
    random, found = np.random.default_rng(seed), []
    for character in characters:
        logits = random.normal(0, 1, len(GLYPHS)).astype(np.float32)
        logits[GLYPHS.index("l")] += other
        logits[GLYPHS.index(character)] += strength
        pixels = np.zeros((28, 28), np.uint8)
        item = Item("digits", "", character, "", "validation", 28, 28)
        found.append(Answer(item, Prepared(pixels, (0, 0, 28, 28), (1.0, 1.0)), logits))
    return found


def test_unfamiliar_pictures_are_kept_out_and_few_others() -> None:
    reads = recogniser()
    known, unfamiliar = answers(DIGITS * 60, 14.0), answers(DIGITS * 10, 8.0, seed=1)
    guard = choose_guard(reads, known, unfamiliar)
    assert guard.keys() == {"full", "digits"}
    guarded = GlyphRecogniser(replace(reads.card, guard=guard), Inky())
    assert all(one.accepted for one in interpret(reads, unfamiliar))
    assert not any(one.accepted for one in interpret(guarded, unfamiliar))
    plain = interpret(guarded, answers(DIGITS * 60, 14.0, seed=2))
    assert np.mean([one.accepted for one in plain]) > 0.95
    assert np.mean([Notice.UNFAMILIAR in one.notices for one in plain]) < 0.05


def test_no_more_is_kept_out_than_is_needed() -> None:
    known = answers(DIGITS * 60, 14.0)
    easy, hard = answers(DIGITS * 10, 8.0, seed=1), answers(DIGITS * 10, 14.0, seed=1)
    chosen = [choose_guard(recogniser(), known, unfamiliar)["full"] for unfamiliar in (easy, hard)]
    assert chosen[0]["sure"] < chosen[1]["sure"]
    assert chosen[0]["least"] == chosen[1]["least"] <= chosen[0]["sure"]


def test_letters_are_kept_from_being_digits() -> None:
    guard = choose_guard(recogniser(), answers(DIGITS * 60, 14.0), answers(DIGITS, 8.0, seed=1))
    reads = GlyphRecogniser(replace(recogniser().card, guard=guard), Inky())
    loops = answers(DIGITS * 10, 14.0, other=20.0, seed=3)
    assert all(one.accepted for one in interpret(recogniser(), loops, "digits"))
    assert not any(one.accepted for one in interpret(reads, loops, "digits"))


def test_where_few_are_accepted_only_the_weakest_pictures_are_unfamiliar() -> None:
    reads = GlyphRecogniser(replace(recogniser().card, threshold=2.0), Inky())
    guard = choose_guard(reads, answers("a" * 300, 14.0), answers("a" * 20, 8.0))["full"]
    assert guard["sure"] == guard["least"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_pictures_that_no_model_reads_are_drawn_and_answered() -> None:
    found = answer_unfamiliar(recogniser(), count=1)
    kinds = {one.item.group for one in found}
    assert {"hebrew", "scribble", "waves"} <= kinds and len(kinds) > 8
    assert all(one.logits.shape == (len(GLYPHS),) for one in found)
