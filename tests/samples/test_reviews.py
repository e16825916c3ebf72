"""Which readings are looked at first, and by whom."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, text

from longhand.samples.errors import AlreadyCorrected, ClaimedByAnother, UnknownSample
from longhand.samples.journal import Journal
from longhand.samples.readings import to_row
from longhand.samples.record import Said
from longhand.samples.reviews import HELD, REMEMBERED, Claim, Queued, ReviewQueue
from longhand.samples.tables import readings
from tests.samples.conftest import make_record

SOME = "00ff00ff00ff00ff"
NEARLY, UNLIKE = "00ff00ff00ff00f8", "f0f0f0f0f0f0f0f0"


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 1, 2, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def queue(engine: Engine, clock: Clock) -> ReviewQueue:
    return ReviewQueue(engine, now=clock)


def fill(journal: Journal, **confidences: float) -> None:
    """A reading for each, from writers and with pictures of their own."""
    for name, confidence in confidences.items():
        put(journal, name, confidence=confidence)


def put(journal: Journal, name: str, look: str | None = None, **changed: Any) -> None:
    """A reading for review, but for what is changed."""
    own = {"picture": name * 8, "writer": name, "decision": "review", "confidence": 0.5}
    details = {"perceptual_hash": look} if look else {}
    journal.take(make_record(name, **own | changed, details=details))


def names(found: list[Queued]) -> list[str]:
    return [one.record.id for one in found]


def test_the_most_uncertain_comes_first_and_what_was_accepted_last(journal: Journal, queue: ReviewQueue) -> None:
    fill(journal, sure=0.8, unsure=0.2, half=0.5)
    put(journal, "accepted", decision="accept", confidence=0.1)
    assert names(queue.look("rita", 10)) == ["unsure", "half", "sure", "accepted"]
    assert names(queue.look("rita", 2)) == ["unsure", "half"]


def test_what_was_corrected_does_not_come_nor_another_reading_of_its_picture(
    journal: Journal, queue: ReviewQueue
) -> None:
    fill(journal, one=0.1, two=0.2)
    put(journal, "again", picture="one" * 8, confidence=0.3)
    journal.correct("one", "Gent", "rita")
    assert names(queue.look("rita", 10)) == ["two"]
    journal.withdraw("one", "rita")
    assert names(queue.look("rita", 10)) == ["one", "two", "again"]


def test_a_correction_that_waits_for_a_second_person_comes_first_to_who_has_not_answered_it(
    journal: Journal, queue: ReviewQueue
) -> None:
    fill(journal, unsure=0.1)
    put(journal, "doubted", decision="accept", confidence=0.999)
    journal.correct("doubted", "Gent", "ann", Said(role="user"))
    assert names(queue.look("rita", 10)) == ["doubted", "unsure"]
    assert names(queue.take("rita", 1)) == names(queue.take("rita", 1)) == ["doubted"], "it stays hers"
    journal.correct("doubted", "Genf", "rita", Said(role="reviewer"))
    assert names(queue.look("rita", 10)) == ["unsure"]


def test_what_two_reviewers_dispute_is_for_a_third(journal: Journal, queue: ReviewQueue) -> None:
    fill(journal, one=0.1)
    for reviewer, said in (("rita", "Gent"), ("rolf", "Genf")):
        journal.correct("one", said, reviewer, Said(role="reviewer"))
    assert [names(queue.look(reviewer, 10)) for reviewer in ("rita", "rolf", "ruth")] == [[], [], ["one"]]
    assert names([queue.claim("one", "ruth")]) == ["one"]
    with pytest.raises(AlreadyCorrected):
        queue.claim("one", "rita")


def test_the_latest_correction_of_who_is_not_trusted_yet_is_for_a_reviewer_until_one_has_answered(
    engine: Engine, journal: Journal, clock: Clock
) -> None:
    trusted = {"tom"}
    queue = ReviewQueue(engine, now=clock, trusted=lambda: trusted)
    fill(journal, one=0.1, two=0.2, three=0.3, four=0.4, first=0.5, latest=0.5, known=0.5)
    for id, by, role in (("first", "ann", "user"), ("latest", "ann", "user"), ("known", "tom", "user")):
        journal.correct(id, "Gent", by, Said(role=role))
    assert names(queue.look("rita", 10)) == ["latest", "one", "two", "three", "four"]
    assert names(queue.look("rita", 2)) == ["one", "two"], "one of four at most, while there are others"
    assert names(queue.take("rita", 4)) == ["latest", "one", "two", "three"] == names(queue.take("rita", 4))
    assert names(queue.look("rolf", 10)) == ["first", "four"], "the next one while she looks"
    journal.correct("latest", "Gent", "rita", Said(role="reviewer"))
    assert names(queue.look("rita", 10)) == ["one", "two", "three", "first", "four"]
    trusted.add("ann")
    assert names(queue.look("rita", 10)) == ["one", "two", "three", "four"]


def test_near_duplicates_come_after_everything_else(journal: Journal, queue: ReviewQueue) -> None:
    put(journal, "first", SOME, confidence=0.1)
    put(journal, "copy", picture="first" * 8, confidence=0.2)
    put(journal, "rescan", NEARLY, confidence=0.3)
    put(journal, "letter", NEARLY, confidence=0.4, task="character")
    put(journal, "other", UNLIKE, confidence=0.5)
    put(journal, "accepted", "ffffffffffffffff", confidence=0.6, decision="accept")
    assert names(queue.look("rita", 10)) == ["first", "letter", "other", "accepted", "copy", "rescan"]


def test_near_duplicates_of_what_was_just_corrected_are_kept_back_for_an_hour(
    journal: Journal, queue: ReviewQueue, clock: Clock
) -> None:
    put(journal, "first", SOME, confidence=0.1)
    assert names(queue.take("rita", 1)) == ["first"]
    journal.correct("first", "Gent", "rita")
    put(journal, "rescan", NEARLY, confidence=0.2)
    put(journal, "other", UNLIKE, confidence=0.3)
    assert names(queue.look("rita", 10)) == ["other", "rescan"]
    clock.moment += REMEMBERED
    assert names(queue.take("rita", 10)) == ["rescan", "other"]


def test_one_source_does_not_fill_the_queue(journal: Journal, queue: ReviewQueue) -> None:
    for number in range(8):
        put(journal, f"many-{number}", writer="w1", confidence=0.30 + number / 1000)
    put(journal, "document", writer=None, document="form 7", confidence=0.302)
    put(journal, "sender", writer=None, confidence=0.302)
    found = names(queue.look("rita", 10))
    assert found[0] == "many-0"
    assert {"document", "sender"} < set(found[:4])


def test_a_claimed_reading_is_handed_to_nobody_else_for_ten_minutes(
    journal: Journal, queue: ReviewQueue, clock: Clock
) -> None:
    fill(journal, one=0.1, two=0.2, three=0.3)
    assert queue.take("rita", 2)[0].claim == Claim("rita", clock.moment + HELD)
    assert names(queue.look("rob", 10)) == ["three"]
    assert names(queue.take("rob", 10)) == ["three"]
    clock.moment += HELD
    assert names(queue.take("rob", 10)) == ["one", "two", "three"]
    assert names(queue.take("rita", 10)) == []


def test_a_reviewer_who_asks_again_is_handed_the_same_and_keeps_it_longer(
    journal: Journal, queue: ReviewQueue, clock: Clock
) -> None:
    fill(journal, one=0.1, two=0.2, three=0.3)
    before = queue.take("rita", 2)
    clock.moment += timedelta(minutes=9)
    again = queue.take("rita", 2)
    assert names(again) == names(before) == ["one", "two"]
    assert again[0].claim == Claim("rita", clock.moment + HELD)
    journal.correct("one", "Gent", "rita")
    assert names(queue.take("rita", 2)) == ["two", "three"]


def test_a_reading_of_ones_choice_is_claimed_unless_it_is_anothers_or_done(
    journal: Journal, queue: ReviewQueue
) -> None:
    fill(journal, one=0.1, two=0.2)
    assert queue.claim("two", "rita").claim is not None
    with pytest.raises(ClaimedByAnother, match="rita looks at the reading two until 12:10 UTC"):
        queue.claim("two", "rob")
    queue.release("two", "rob")
    assert names(queue.look("rob", 10)) == ["one"]
    queue.release("two", "rita")
    assert queue.claim("two", "rob").claim is not None
    journal.correct("one", "Gent", "rob", Said(role="reviewer"))
    with pytest.raises(AlreadyCorrected):
        queue.claim("one", "rita")
    with pytest.raises(UnknownSample):
        queue.claim("none", "rita")


def test_reviewers_who_ask_at_once_never_get_the_same_reading(journal: Journal, engine: Engine) -> None:
    for number in range(40):
        put(journal, f"r-{number}", confidence=number / 100)
    with ThreadPoolExecutor(8) as pool:
        taken = pool.map(lambda number: names(ReviewQueue(engine).take(f"rita-{number}", 5)), range(8))
    handed = [id for ids in taken for id in ids]
    assert len(handed) == len(set(handed)) == 40


def test_what_waits_is_counted(journal: Journal, queue: ReviewQueue, clock: Clock) -> None:
    fill(journal, one=0.1, two=0.2)
    put(journal, "accepted", decision="accept")
    queue.take("rita", 2)
    journal.correct("one", "Gent", "rita")
    assert (queue.waiting().decisions, queue.waiting().claimed) == ({"review": 1, "accept": 1}, 1)
    clock.moment += HELD
    assert queue.waiting().claimed == 0


def test_the_queue_is_read_by_an_index(journal: Journal, engine: Engine, queue: ReviewQueue) -> None:
    query = (
        "EXPLAIN QUERY PLAN SELECT id FROM readings WHERE corrected_at IS NULL AND decision = :decision"
        " ORDER BY confidence, number LIMIT 10"
    )
    with engine.connect() as connection:
        (step,) = connection.execute(text(query), {"decision": "review"}).all()
    assert "USING INDEX readings_to_review" in step.detail


@pytest.mark.prove
def test_the_queue_of_100_000_readings_takes_at_most_100_milliseconds(engine: Engine, queue: ReviewQueue) -> None:
    whole = [
        make_record(
            f"r-{number}", decision="review", confidence=number * 7919 % 100_000 / 100_000, writer=f"w{number % 500}",
            picture=f"{number:064}", details={"perceptual_hash": f"{number * 2**40 % 2**61 * 7:016x}"[-16:]},
        )
        for number in range(100_000)
    ]  # fmt: skip
    with engine.begin() as connection:
        connection.execute(insert(readings), [to_row(record, number) for number, record in enumerate(whole)])
    taken = []
    for number in range(10):
        started = time.process_time()  # of this process alone: others may share the machine
        assert len(queue.take(f"rita-{number}", 10)) == 10
        queue.waiting()
        taken.append((time.process_time() - started) * 1000)
    print(f"\nten readings of 100,000, and what waits: {min(taken):.0f} to {max(taken):.0f} ms")
    assert sorted(taken)[5] <= 100
