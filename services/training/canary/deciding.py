"""What is done with a challenger, given what was measured."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from longhand.comparison.canary import ALPHA, Assessment, Tally
from longhand.contracts.canaries import Canary, CanaryState, Measured, Stage

FEWEST_PAIRS = 50
"""Readings that both versions must have read before the shadow decides anything but to go on."""


@dataclass(frozen=True)
class Rules:
    """When a canary ends: after so many readings of the challenger, and after how long the shadow decides instead."""

    readings: int = 500
    patience: timedelta = timedelta(hours=24)


@dataclass(frozen=True)
class Evidence:
    """What the readings that were shared out say, and those that both versions have read."""

    shared: Assessment
    shadow: Assessment
    answered: int
    pairs: int


@dataclass(frozen=True)
class Decision:
    """What the canary goes on to, and why."""

    state: CanaryState
    reason: str


def decide(canary: Canary, evidence: Evidence, rules: Rules, now: datetime) -> Decision | None:
    """What happens to the challenger; None where more has to be seen."""
    late = now - canary.started_at >= rules.patience
    if canary.mode == "canary":
        if evidence.shared.worse:
            return _withdraw(evidence.shared, f"of {evidence.answered} readings that it answered")
        if evidence.answered >= rules.readings:
            return _promote(f"{evidence.answered} readings that it answered give no evidence against it.")
    if canary.mode == "shadow" or late:
        return _decide_in_shadow(evidence, rules, late)
    return None


def describe(tally: Tally, assessment: Assessment) -> Stage:
    """The numbers, as they are kept and shown."""
    measurements = [Measured.model_validate(one, from_attributes=True) for one in assessment.weighed]
    return Stage(
        challenger=tally.challenger,
        champion=tally.champion,
        evidence=assessment.evidence,
        limit=1 / ALPHA,
        measurements=measurements,
    )


def _decide_in_shadow(evidence: Evidence, rules: Rules, late: bool) -> Decision | None:
    if evidence.shadow.worse:
        return _withdraw(evidence.shadow, f"of {evidence.pairs} readings that both versions read")
    if evidence.pairs >= (FEWEST_PAIRS if late else rules.readings):
        return _promote(f"{evidence.pairs} readings that both versions read give no evidence against it.")
    return None


def _promote(reason: str) -> Decision:
    return Decision(CanaryState.PROMOTING, reason)


def _withdraw(assessment: Assessment, among: str) -> Decision:
    worst = assessment.worst
    rates = f"{worst.challenger:.1%} {among}, {worst.champion:.1%} of the champion's"
    reason = f"Worse by {worst.measurement.value}: {rates}; evidence {assessment.evidence:.3g}."
    return Decision(CanaryState.WITHDRAWING, reason)
