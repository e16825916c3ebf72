"""A lexicon finds the entry that stands in a picture, without looking closely at each."""

import hashlib
import tracemalloc

import numpy as np
import pytest

from longhand.handwriting.alphabet import Alphabet
from longhand.handwriting.ctc.greedy import decode_greedy, log_softmax
from longhand.handwriting.ctc.lexicon import MAX_ENTRIES, MAX_LENGTH, Lexicon, choose_fit
from longhand.handwriting.ctc.likelihood import Frames, pack, score, stack
from longhand.handwriting.errors import BadLexicon
from longhand.tasks import LATIN, LOWERCASE

ALPHABET = Alphabet(LOWERCASE)


def written(text: str, seed: int, sharpness: float = 8.0) -> np.ndarray:  # type: ignore[type-arg]
    """What a network might say of a word: three frames a letter, some of them wrong."""
    random = np.random.default_rng(seed)
    logits = random.normal(0, 1.5, (3 * len(text) + 2, ALPHABET.size))
    for i, letter in enumerate(ALPHABET.encode(text)):
        logits[3 * i + 1, letter] += sharpness
        logits[[3 * i + 2, 3 * i + 3], 0] += sharpness
    return logits.astype(np.float32)


def words(count: int, seed: int = 0) -> list[str]:
    random = np.random.default_rng(seed)
    return ["".join(random.choice(list("aeinrst"), int(random.integers(3, 12)))) for _ in range(count)]


def test_entries_are_normalised_and_kept_once_in_their_order() -> None:
    lexicon = Lexicon(["  b  c ", "a", "b c", "l’a"])
    assert lexicon.entries == ("b c", "a", "l'a")
    assert lexicon.digest == hashlib.sha256(b"b c\na\nl'a").hexdigest()


@pytest.mark.parametrize(
    "entries", [[], ["a", " "], ["a" * (MAX_LENGTH + 1)], [str(i) for i in range(MAX_ENTRIES + 1)]]
)
def test_a_list_that_cannot_be_used_is_refused(entries: list[str]) -> None:
    with pytest.raises(BadLexicon, match="1 to"):
        Lexicon(entries)


def test_the_shortlist_finds_what_scoring_every_entry_finds() -> None:
    lexicon = Lexicon(words(3000))
    everything = pack([ALPHABET.encode(entry) for entry in lexicon.entries], [0] * len(lexicon.entries))
    for seed in range(12):
        logits = written(lexicon.entries[97 * seed], seed)
        frames, greedy = stack([logits]), decode_greedy(log_softmax(logits))
        log_probs = score(frames, everything)
        found = lexicon.rank(frames, 0, ALPHABET, ALPHABET.decode(greedy.outputs), 0.0)
        assert found.entries[0] == lexicon.entries[int(log_probs.argmax())]
        assert found.log_probs[0] == pytest.approx(log_probs.max())
        assert (np.diff(found.log_probs) <= 0).all()


@pytest.mark.parametrize("alphabet", [ALPHABET, Alphabet("".join(map(chr, range(0x4E00, 0x4E00 + 400))) + LOWERCASE)])
def test_an_entry_is_as_likely_among_others_as_alone(alphabet: Alphabet) -> None:
    lexicon = Lexicon(["rest", "ein", "tier" * 50, "Ж", "nest", "a"])
    logits = np.random.default_rng(3).normal(0, 2, (14, alphabet.size)).astype(np.float32)
    frames = stack([np.zeros_like(logits), logits])
    found = lexicon.rank(frames, 1, alphabet, "rest", 0.0)
    assert set(found.entries) == {"rest", "ein", "nest", "a"}
    for entry, log in zip(found.entries, found.log_probs, strict=True):
        assert log == pytest.approx(score(frames, pack([alphabet.encode(entry)], [1]))[0], abs=1e-12)


def test_a_list_of_which_nothing_can_be_written_has_no_best_entry() -> None:
    found = Lexicon(["Ж", "ДД"]).rank(stack([written("ab", 0)]), 0, ALPHABET, "ab", 0.0)
    assert found.entries == () and found.fit == -np.inf


def test_the_longest_entries_take_a_byte_a_character() -> None:
    """100,000 of them are kept in less than 30 MB."""
    lexicon, frames = Lexicon([f"{i:0{MAX_LENGTH}b}" for i in range(3000)]), stack([written("ab", 0)])
    digits = Alphabet("01" + LOWERCASE)
    tracemalloc.start()
    lexicon.rank(frames, 0, digits, "10", 0.0)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 300 * len(lexicon.entries)


def test_an_entry_that_cannot_be_written_is_never_found() -> None:
    frames = stack([written("ab", 0)])
    assert Lexicon(["ЖЖ", "a" * 50]).rank(frames, 0, ALPHABET, "ab", 0.0).entries == ()


def test_fit_is_what_an_entry_lacks_per_letter() -> None:
    frames = stack([written("rest", 1)])
    found = Lexicon(["rest", "nein"]).rank(frames, 0, ALPHABET, "rest", -0.25)
    assert found.entries[0] == "rest"
    assert found.fit == pytest.approx((found.log_probs[0] + 0.25) / 4)


def test_the_threshold_answers_as_few_outside_words_as_asked() -> None:
    outside = np.random.default_rng(0).normal(-2, 1, 1000)
    threshold = choose_fit(outside.tolist(), 0.05)
    assert (outside >= threshold).sum() == 50


def test_without_an_outside_word_there_is_no_threshold() -> None:
    with pytest.raises(ValueError, match="outside"):
        choose_fit([])


def shown(text: str, gap: int = 0) -> Frames:
    """What a network is rather sure of, with `gap` spaces between characters."""
    alphabet = Alphabet(LATIN)
    outputs = alphabet.encode((" " * gap).join(text))
    logits = np.zeros((2 * len(outputs) + 1, alphabet.size), np.float32)
    logits[::2, 0] = 9
    logits[np.arange(len(outputs)) * 2 + 1, outputs] = 9
    return stack([logits])


@pytest.mark.parametrize(
    ("listed", "text"),
    [
        ("atorvastatin", "ATORVASTATIN"),
        ("atorvastatin", "Atorvastatin"),
        ("ATORVASTATIN", "atorvastatin"),
        ("Bad Liebenwerda", "BadLiebenwerda"),
        ("Bad Liebenwerda", "BAD LIEBENWERDA"),
        ("Straße", "STRASSE"),
    ],
)
@pytest.mark.parametrize("size", [3, 1000])
def test_case_and_spacing_are_forgiven_and_the_entry_is_answered_as_listed(listed: str, text: str, size: int) -> None:
    lexicon = Lexicon([*words(size), listed])
    found = lexicon.rank(shown(text), 0, Alphabet(LATIN), text, 0.0, forgiving=True)
    assert found.entries[0] == listed and found.fit > -0.5
    assert found.written.replace(" ", "") == text.replace(" ", "")


def test_letters_with_gaps_between_them_are_one_word() -> None:
    found = Lexicon(["Bern", "Biel"]).rank(shown("BERN", gap=1), 0, Alphabet(LATIN), "B E R N", 0.0, forgiving=True)
    assert found.entries[0] == "Bern" and found.fit > -1


def test_of_two_spellings_in_a_list_the_one_that_stands_there_is_answered() -> None:
    for text in ("Polish", "polish"):
        found = Lexicon(["polish", "Polish", "Dutch"]).rank(shown(text), 0, Alphabet(LATIN), text, 0.0, forgiving=True)
        assert found.entries[0] == text
        assert found.lead > 1  # the other spelling is no other entry


def test_without_forgiving_another_case_is_another_text() -> None:
    found = Lexicon(["bern", "BIEL"]).rank(shown("BERN"), 0, Alphabet(LATIN), "BERN", 0.0)
    assert found.entries[0] == "BIEL" and found.lead == 0


def test_lead_is_how_many_times_as_much_the_next_entry_lacks() -> None:
    frames = stack([written("rest", 1)])
    found = Lexicon(["rest", "nein", "tier"]).rank(frames, 0, ALPHABET, "rest", -0.25, forgiving=True)
    lacking = np.minimum(-0.25 - found.log_probs, 5 * 4)
    assert found.lead == pytest.approx(np.log((lacking[1] + 0.5) / (lacking[0] + 0.5)))


def test_a_list_of_one_entry_leads_as_far_as_an_entry_can() -> None:
    found = Lexicon(["rest"]).rank(stack([written("rest", 1)]), 0, ALPHABET, "rest", 0.0, forgiving=True)
    assert 0 < found.lead <= np.log((5 * 4 + 0.5) / 0.5)
