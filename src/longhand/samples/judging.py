"""What became of each correction of a reading, and whether reviewers agreed with it: from the reading's lines alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from longhand.contracts.accounts import Role
from longhand.samples.record import Correction, Kind, Line, to_correction

REVIEWERS = frozenset({Role.REVIEWER.value, Role.ADMIN.value})


class State(StrEnum):
    """How far a correction counts; `superseded` and `withdrawn` ones no longer do."""

    STANDS = "stands"
    WAITING = "waiting"
    DISPUTED = "disputed"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


def state_of(correction: Correction, answers: Sequence[Correction]) -> State:
    """How far the last correction counts beside each person's last answer.

    It is disputed where somebody of the same rank or a higher one says something else, unless a second person of its
    own rank says the same. It waits for a second person where the model and the lexicon were sure of another text.
    """
    others = [one for one in answers if one.by != correction.by]
    same = [one for one in others if one.says(correction)]
    against = [one for one in others if not one.says(correction) and _rank(one) >= _rank(correction)]
    if against and not any(_rank(one) >= _rank(correction) for one in same):
        return State.DISPUTED
    return State.WAITING if correction.doubted and not same else State.STANDS


@dataclass(frozen=True)
class Outcome:
    """A line `corrected`, how far it counts, and whether a reviewer agreed; None where none has answered since."""

    line: Line
    state: State
    agreed: bool | None


def judge(lines: Sequence[Line], state: State | None) -> list[Outcome]:
    """The outcome of every correction among a reading's lines, oldest first; `state` is that of the last, if any."""
    corrected = [line for line in lines if line.kind is Kind.CORRECTED]
    withdrawn, verdicts = _withdrawn(lines), _agree(lines)
    last = corrected[-1].number if corrected and state else None

    def outcome(line: Line) -> Outcome:
        found = state if line.number == last and state else State.SUPERSEDED
        return Outcome(line, State.WITHDRAWN if line.number in withdrawn else found, verdicts.get(line.number))

    return [outcome(line) for line in corrected]


def _withdrawn(lines: Sequence[Line]) -> set[int]:
    found, standing = set[int](), None
    for line in lines:
        if line.kind is Kind.CORRECTED:
            standing = line.number
        elif line.kind is Kind.WITHDRAWN and standing is not None:
            found.add(standing)
            standing = None
    return found


def _agree(lines: Sequence[Line]) -> Mapping[int, bool]:
    """By the numbers of users' corrections, whether the first reviewer who came after them said the same.

    What a user says after a reviewer has answered counts neither way: they could repeat it to be trusted.
    """
    verdicts, last = dict[int, bool](), dict[str, Line]()
    standing: str | None = None
    for line in lines:
        if line.kind not in (Kind.CORRECTED, Kind.WITHDRAWN):
            continue
        reviewed = line.body.get("role") in REVIEWERS
        if line.kind is Kind.WITHDRAWN and reviewed:
            judged = last.get(standing or "")
            verdicts |= {judged.number: False} if judged and judged.by != line.by else {}
        elif reviewed:
            said = to_correction(line)
            verdicts |= {one.number: to_correction(one).says(said) for one in last.values() if one.by != line.by}
        if reviewed:
            break
        last.pop(line.by, None)
        if line.kind is Kind.CORRECTED:
            last[line.by] = line
            standing = line.by
    return verdicts


def _rank(correction: Correction) -> bool:
    return correction.role in REVIEWERS
