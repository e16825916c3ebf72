"""A decision in sentences."""

from longhand.comparison.decision import CORRECTIONS, Budget, Comparison, Verdict


def summarise(verdict: Verdict, version: int, champion: int) -> str:
    """The decision in one sentence."""
    if not verdict.passed:
        reasons = give_reasons(verdict)
        return f"Version {version} may not replace version {champion}. {reasons[0]}{_count(len(reasons) - 1)}"
    kept, better = verdict.comparisons[:2]
    shown = f"it is better on the {better.name}, by {_points(-better.difference)}"
    return (
        f"Version {version} may replace version {champion}: on the gate set its error rate differs by"
        f" {_signed(kept.difference)}, {_points(kept.margin)} more would be allowed, and {shown}."
    )


def give_reasons(verdict: Verdict) -> list[str]:
    """What does not hold, each in a sentence."""
    claims = [_refute(one, verdict) for one in verdict.comparisons if not one.holds]
    return claims + [_exceed(one) for one in verdict.budgets if not one.holds]


def _refute(one: Comparison, verdict: Verdict) -> str:
    if one.claim == "not_worse":
        return (
            f"On the {one.name} its error rate may be up to {_points(one.high)} higher;"
            f" less than {_points(one.margin)} must be shown."
        )
    if one.claim == "better":
        few = (
            "" if one.name == CORRECTIONS else f", which decides as fewer than {verdict.rule.enough} corrections stand"
        )
        return (
            f"It is not shown to be better on the {one.name}{few}: its error rate differs by {_signed(one.difference)},"
            f" with models alike in {one.p:.0%} of cases as much."
        )
    return (
        f"It loses {_points(one.difference)} on the slice {one.name} ({one.pictures} pictures);"
        f" {_points(one.margin)} are allowed."
    )


def _exceed(one: Budget) -> str:
    return f"Its {one.name}: {one.challenger:.4g} where at most {one.most:.4g} are allowed."


def _count(more: int) -> str:
    return ("", " There is one more reason.")[more] if more < 2 else f" There are {more} more reasons."


def _points(rate: float) -> str:
    return f"{100 * rate:.2f} points"


def _signed(rate: float) -> str:
    return f"{100 * rate:+.2f} points"
