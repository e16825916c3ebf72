"""Pictures that both versions have read: where only one of the two did badly, it says which is worse."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from longhand.comparison.canary import Measurement, Tally
from longhand.comparison.sequential import Arms, Outcomes
from longhand.contracts.canaries import Canary
from longhand.contracts.trials import ShadowReading
from services.training.canary.traffic import Observed


@dataclass(frozen=True)
class Answer:
    """What one version made of a picture."""

    text: str
    accepted: bool
    elapsed_ms: float
    failed: bool = False


@dataclass(frozen=True)
class Pair:
    """What both made of the picture of a reading."""

    reading: str
    challenger: Answer
    champion: Answer


def pair(one: Observed, canary: Canary) -> Pair | None:
    """The pair of a reading that both versions of a canary have read; None for any other."""
    shadow = one.trial.shadow
    if shadow is None:
        return None
    answered, beside = Answer(one.text, one.accepted, one.elapsed_ms), _answer(shadow)
    match one.version, shadow.version:
        case canary.champion, canary.version:
            return Pair(one.id, beside, answered)
        case canary.version, canary.champion:
            return Pair(one.id, answered, beside)
    return None


def tally_pairs(pairs: Sequence[Pair], slow_ms: float | None, corrections: Mapping[str, str]) -> Tally:
    """By measurement, the pairs that turned out bad for one version alone; `corrections` are texts by reading."""
    outcomes = {one: _differ(one, pairs, slow_ms, corrections) for one in Measurement}
    return Tally(len(pairs), len(pairs), outcomes)


def _differ(
    measurement: Measurement, pairs: Sequence[Pair], slow_ms: float | None, corrections: Mapping[str, str]
) -> Arms:
    def bad(answer: Answer, reading: str) -> bool:
        return _is_bad(measurement, answer, slow_ms, corrections.get(reading))

    judged = [(bad(one.challenger, one.reading), bad(one.champion, one.reading)) for one in pairs]
    return Arms(Outcomes(judged.count((True, False))), Outcomes(judged.count((False, True))))


def _is_bad(measurement: Measurement, answer: Answer, slow_ms: float | None, correction: str | None) -> bool:
    match measurement:
        case Measurement.ERRORS:
            return answer.failed
        case Measurement.CONFIDENCE:
            return answer.failed or not answer.accepted
        case Measurement.LATENCY:
            return slow_ms is not None and answer.elapsed_ms > slow_ms
        case Measurement.CORRECTIONS:
            return correction is not None and answer.text != correction


def _answer(shadow: ShadowReading) -> Answer:
    return Answer(shadow.text, shadow.accepted, shadow.elapsed_ms, shadow.failure is not None)
