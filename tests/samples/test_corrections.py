"""Corrections as they are followed: what each stands at, who is trusted, and how fast that is known."""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, delete, insert, select, update

from longhand.samples.corrections import Corrected, Corrections
from longhand.samples.errors import NotOneGlyph
from longhand.samples.journal import Journal
from longhand.samples.judging import State
from longhand.samples.rebuilding import catch_up, rebuild
from longhand.samples.record import Said, fold
from longhand.samples.sides import Side, side_of
from longhand.samples.tables import corrections, readings
from longhand.samples.tables import journal as lines
from longhand.samples.trust import Agreement, Rule
from tests.samples.conftest import make_record

REVIEWER = Said(role="reviewer")
SURE = {"confidence": 0.995, "decision": "accept"}


@pytest.fixture
def table(engine: Engine) -> Corrections:
    return Corrections(engine)


def states(table: Corrections) -> list[str]:
    return [one.state.value for one in table.after(0)]


def test_a_correction_says_who_said_what_and_which_model_had_read_what(journal: Journal, table: Corrections) -> None:
    journal.take(make_record(document="form 7"))
    journal.correct("r-1", "Gent", "ann")
    (one,) = table.after(0)
    assert (one.reading, one.by, one.role, one.answer, one.text) == ("r-1", "ann", "user", "text", "Gent")
    assert (one.read, one.model, one.version, one.picture) == ("Genf", "text", 3, "a" * 64)
    assert (one.document, one.writer, one.side, one.trusted) == ("form 7", "w7", side_of("a" * 64), False)
    body = journal.history("r-1")[-1].body
    assert (body["model"], body["read"]) == ({"name": "text", "version": 3}, "Genf")


def test_corrections_are_followed_by_number_whatever_became_of_them(journal: Journal, table: Corrections) -> None:
    journal.take(make_record())
    journal.take(make_record("r-2", by="bob"))
    for id, text, by in (("r-1", "Gent", "ann"), ("r-2", "Bern", "bob"), ("r-1", "Genk", "ann")):
        journal.correct(id, text, by)
    first, second = table.after(0, limit=2)
    assert [one.text for one in (first, second, *table.after(second.number))] == ["Gent", "Bern", "Genk"]
    assert states(table) == ["superseded", "stands", "stands"]
    assert [one.text for one in table.of("ann")] == ["Genk"]
    journal.withdraw("r-1", "ann")
    assert states(table) == ["superseded", "stands", "withdrawn"]
    assert table.of("ann") == []


def test_the_same_correction_delivered_again_is_written_down_once(journal: Journal, table: Corrections) -> None:
    journal.take(make_record())
    said = datetime(2026, 1, 3, tzinfo=UTC)
    once = Said(key="k-1", at=said)
    first = journal.correct("r-1", "Gent", "ann", once)
    journal.correct("r-1", "Genk", "ann")
    again = journal.correct("r-1", "Gent", "ann", once)
    assert first.correction and again.correction and again.correction.text == "Genk"
    assert first.correction.at == said
    journal.withdraw("r-1", "ann", Said(key="k-2"))
    journal.correct("r-1", "Genf", "ann")
    assert journal.withdraw("r-1", "ann", Said(key="k-2")).correction is not None
    assert len(table.after(0)) == 3


def test_a_correction_against_a_sure_model_waits_until_a_second_person_says_the_same(
    journal: Journal, table: Corrections
) -> None:
    journal.take(make_record(**SURE))
    journal.correct("r-1", "Bern", "ann")
    assert states(table) == ["waiting"] and table.standing(trusted=False) == []
    journal.correct("r-1", " Bern ", "rita", REVIEWER)
    assert states(table) == ["superseded", "stands"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"confidence": 0.98, "decision": "accept"}, "Bern"),
        ({"confidence": 0.995, "decision": "review"}, "Bern"),
        (SURE, "Gent"),  # an alternative
        (SURE, "Genf"),  # what was read
        (SURE | {"details": {"lexicon": {"matched": False}}}, "Bern"),
    ],
)
def test_a_correction_does_not_wait_where_somebody_doubted_the_reading(
    journal: Journal, table: Corrections, changed: dict[str, object], said: str
) -> None:
    journal.take(make_record(**changed))
    journal.correct("r-1", said, "ann")
    assert states(table) == ["stands"]


def test_reviewers_decide_between_users_and_a_second_one_between_reviewers(
    journal: Journal, table: Corrections
) -> None:
    journal.take(make_record())
    expected = []
    for text, by, said, state in (
        ("Gent", "ann", Said(), "stands"),
        ("Genk", "rita", REVIEWER, "stands"),
        ("Gent", "ann", Said(), "disputed"),
        ("Bern", "rolf", REVIEWER, "disputed"),
        ("Bern", "ruth", REVIEWER, "stands"),
    ):
        record = journal.correct("r-1", text, by, said)
        expected = ["superseded"] * len(expected) + [state]
        assert states(table) == expected
    assert [one.by for one in record.answers] == ["rita", "ann", "rolf", "ruth"]
    assert [one.by for one in table.standing()] == ["ruth"]


def agree(journal: Journal, times: int, says: str = "Gent", begin: int = 0) -> None:
    """A reviewer answers so many of ann's corrections."""
    for number in range(begin, begin + times):
        journal.take(make_record(f"a-{number}", picture=f"{number:064x}"))
        journal.correct(f"a-{number}", "Gent", "ann")
        journal.correct(f"a-{number}", says, "rita", REVIEWER)


def test_a_user_is_trusted_once_reviewers_agreed_with_enough_of_their_corrections(
    journal: Journal, table: Corrections
) -> None:
    journal.take(make_record())
    journal.correct("r-1", "Gent", "ann")
    agree(journal, 12)
    assert [one.by for one in table.standing()] == ["rita"] * 12
    agree(journal, 1, begin=12)
    assert table.agreement() == {"ann": Agreement(13, 0)} and table.trusted() == {"ann"}
    assert [one.by for one in table.standing() if one.reading == "r-1"] == ["ann"]
    agree(journal, 1, says="Bern", begin=13)
    assert table.agreement() == {"ann": Agreement(13, 1)} and table.trusted() == frozenset()


def test_what_a_user_says_after_a_reviewer_or_a_second_time_does_not_count_for_trust(
    journal: Journal, table: Corrections
) -> None:
    journal.take(make_record())
    journal.correct("r-1", "Bern", "rita", REVIEWER)
    journal.correct("r-1", "Bern", "ann")
    journal.correct("r-1", "Bern", "ruth", REVIEWER)
    assert table.agreement() == {}
    journal.take(make_record("r-2"))
    for text, by, said in (("Gent", "ann", Said()), ("Genk", "ann", Said()), ("Genk", "rita", REVIEWER)):
        journal.correct("r-2", text, by, said)
    assert table.agreement() == {"ann": Agreement(1, 0)}


def test_a_correction_that_a_reviewer_takes_back_was_not_agreed_with(journal: Journal, table: Corrections) -> None:
    for id, by, role in (("r-1", "rita", "reviewer"), ("r-2", "ann", "user")):
        journal.take(make_record(id))
        journal.correct(id, "Gent", "ann")
        journal.withdraw(id, by, Said(role=role))
    assert table.agreement() == {"ann": Agreement(0, 1)}


def test_the_rule_of_trust_asks_for_more_agreements_the_more_there_is_against_somebody() -> None:
    rule = Rule()
    needed = [next(n for n in range(100) if rule.trusts(Agreement(n, against))) for against in range(3)]
    assert needed == [13, 20, 27]
    assert not Rule(certainty=0.99).trusts(Agreement(13, 0))


def test_untrusted_corrections_stay_out_of_both_halves(journal: Journal, table: Corrections) -> None:
    for number in range(8):
        journal.take(make_record(f"r-{number}", picture=f"{number:064x}"))
        journal.correct(f"r-{number}", "Gent", "ann" if number % 2 else "rita", Said() if number % 2 else REVIEWER)
    halves = {side: table.standing(side=side) for side in Side}
    assert {one.by for found in halves.values() for one in found} == {"rita"}
    assert all(one.side is side for side, found in halves.items() for one in found)
    assert sum(map(len, halves.values())) == len(table.standing()) == 4
    assert len(table.standing(trusted=False)) == 8


def test_a_picture_of_one_character_takes_one_with_whatever_accents(journal: Journal, table: Corrections) -> None:
    journal.take(make_record(task="character", model="characters", text="m"))
    for text in ("ab", "a b", "a\u0301b"):
        with pytest.raises(NotOneGlyph):
            journal.correct("r-1", text, "ann")
    for text in ("é", "m\u0304", "ß", "字", "ﬁ"):
        journal.correct("r-1", text, "ann")
    journal.correct("r-1", "", "ann", Said("not_handwriting"))
    assert [one.answer for one in table.standing(trusted=False)] == ["not_handwriting"]


def test_a_text_that_the_alphabet_lacks_is_kept_and_counted(journal: Journal, table: Corrections) -> None:
    journal.take(make_record())
    journal.correct("r-1", "Łódź", "ann")
    with table._engine.connect() as connection:
        found = connection.execute(select(corrections.c.text, corrections.c.outside)).one()
    assert tuple(found) == ("Łódź", 2)


def test_both_tables_can_be_made_again_from_the_journal_alone(
    engine: Engine, journal: Journal, table: Corrections
) -> None:
    rng = random.Random(7)
    people = [("ann", "user"), ("bob", "user"), ("rita", "reviewer"), ("rolf", "admin")]
    for number in range(20):
        journal.take(make_record(f"r-{number}", by="ann", confidence=rng.choice([0.9, 0.995])))
        for _ in range(rng.randrange(8)):
            by, role = rng.choice(people)
            record = journal.correct(f"r-{number}", rng.choice(["Gent", "Bern"]), by, Said(role=role))
            if rng.random() < 0.3 and record.correction:
                journal.withdraw(f"r-{number}", rng.choice(people)[0], Said(role=role))
    journal.take(make_record("sure", **SURE))
    journal.correct("sure", "Bern", "ann")
    before = journal.readings.page(), table.after(0), table.agreement()
    assert {one.state for one in before[1]} == set(State)
    assert [fold(journal.history(record.id)) for _, record in before[0]] == [record for _, record in before[0]]
    with engine.begin() as connection:
        for gone in (readings, corrections):
            gone.drop(connection)
    assert rebuild(engine) == 21
    assert (journal.readings.page(), table.after(0), table.agreement()) == before


def test_what_an_earlier_version_corrected_is_followed_after_the_upgrade(
    engine: Engine, journal: Journal, table: Corrections
) -> None:
    journal.take(make_record())
    journal.correct("r-1", "Gent", "ann")
    with engine.begin() as connection:
        connection.execute(delete(corrections))
        connection.execute(update(readings).values(answers=None))
        corrected = lines.c.kind == "corrected"
        connection.execute(update(lines).where(corrected).values(body={"text": "Gent"}))
    assert catch_up(engine) == 0
    assert [one.text for one in table.standing(trusted=False)] == ["Gent"]
    assert journal.readings.get("r-1").correction == fold(journal.history("r-1")).correction  # type: ignore[union-attr]


def test_what_is_new_is_found_without_going_through_what_is_old(engine: Engine, table: Corrections) -> None:
    began = datetime(2026, 1, 1, tzinfo=UTC)
    rows = [
        {
            "number": number, "reading": f"r-{number}", "by": f"user{number % 500}", "role": "user",
            "at": began + timedelta(seconds=number), "answer": "text", "text": "Gent", "state": "stands",
            "agreed": None if number % 10 else number % 500 < 250, "side": "gate" if number % 2 else "train",
            "outside": 0, "picture": f"{number:064x}", "task": "text", "document": None, "writer": None,
            "model": "text", "version": 1, "read": "Genf",
        }
        for number in range(20_000)
    ]  # fmt: skip
    with engine.begin() as connection:
        connection.execute(insert(corrections), rows)
    whole, last = timed(lambda: table.after(-1, 20_000)), timed(lambda: table.after(19_990))
    assert last < whole / 5
    assert {one.by for one in table.standing(side=Side.TRAIN)} == table.trusted() != frozenset()


def timed(work: Callable[[], list[Corrected]]) -> float:
    started = time.perf_counter()
    assert work()
    return time.perf_counter() - started
