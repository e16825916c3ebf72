"""What corrections teach a person's vocabulary."""

from sqlalchemy import Engine

from longhand.contracts.holdings import Subject
from longhand.handwriting.ctc.vocabulary import MAX_WORDS, find_words
from longhand.samples.holdings import Words
from longhand.samples.journal import Journal
from longhand.samples.vocabularies import Vocabularies
from tests.samples.conftest import make_record


def known(engine: Engine, user: str = "ann") -> dict[str, int]:
    return {one.word: one.count for one in Vocabularies(engine).all(user)}


def test_words_are_taken_without_punctuation_and_without_numbers() -> None:
    text = "(Herrn J.-P. O’Brien, Bad-Elster; z.B. 17 A4 im Œuvre!"
    assert find_words(text) == ["Herrn", "J.-P", "O'Brien", "Bad-Elster", "z.B", "Œuvre"]


def test_words_of_a_corrected_text_join_the_vocabulary_of_who_corrected_it(engine: Engine, journal: Journal) -> None:
    journal.take(make_record("r-1"))
    journal.take(make_record("r-2"))
    journal.correct("r-1", "Bad Liebenwerda", "ann")
    journal.correct("r-2", "Bad Elster", "rita")
    assert known(engine) == {"Bad": 1, "Liebenwerda": 1}
    assert known(engine, "rita") == {"Bad": 1, "Elster": 1}


def test_the_word_that_was_corrected_last_comes_first_and_is_counted(engine: Engine, journal: Journal) -> None:
    for number, text in enumerate(["Liebenwerda", "Elster", "Liebenwerda Liebenwerda"]):
        journal.take(make_record(f"r-{number}"))
        journal.correct(f"r-{number}", text, "ann")
    assert list(known(engine).items()) == [("Liebenwerda", 2), ("Elster", 1)]
    assert Vocabularies(engine).get("ann").text == "2\tLiebenwerda\n1\tElster"


def test_a_withdrawn_correction_takes_its_words_back(engine: Engine, journal: Journal) -> None:
    for id in ("r-1", "r-2"):
        journal.take(make_record(id))
        journal.correct(id, f"Elster {id.replace('-', 'x')}", "ann")
    journal.correct("r-1", "Elster Liebenwerda", "ann")
    journal.withdraw("r-1", "rita")
    assert known(engine) == {"Elster": 1}


def test_a_superseded_correction_takes_its_words_back_whoever_supersedes_it(engine: Engine, journal: Journal) -> None:
    journal.take(make_record("r-1"))
    journal.correct("r-1", "Elstar", "ann")
    journal.correct("r-1", "Elster", "rita")
    assert (known(engine), known(engine, "rita")) == ({}, {"Elster": 1})


def test_the_oldest_words_give_way(engine: Engine) -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    with engine.begin() as connection:
        for first in letters[: MAX_WORDS // 26 + 1]:
            Vocabularies.learn(connection, "ann", " ".join(f"{first}{second}x" for second in letters))
    words = known(engine)
    assert len(words) == MAX_WORDS and "azx" not in words and "tzx" in words


def test_a_vocabulary_can_be_emptied_word_by_word_or_whole(engine: Engine) -> None:
    vocabularies = Vocabularies(engine)
    with engine.begin() as connection:
        vocabularies.learn(connection, "ann", "Elster Liebenwerda Genf")
        vocabularies.learn(connection, "rita", "Elster")
    vocabularies.drop("ann", "Genf")
    assert known(engine) == {"Elster": 1, "Liebenwerda": 1}
    assert vocabularies.clear("ann") == 2 and known(engine) == {} and known(engine, "rita") == {"Elster": 1}


def test_a_vocabulary_is_a_holding_of_its_person(engine: Engine) -> None:
    with engine.begin() as connection:
        Vocabularies.learn(connection, "ann", "Elster")
    holding, ann = Words(engine), Subject(name="ann")
    assert [held.place for held in holding.find(ann)] == ["ann"] and holding.find(Subject(name="rita")) == []
    assert len(holding.delete(ann)) == 1 and holding.find(ann) == []
