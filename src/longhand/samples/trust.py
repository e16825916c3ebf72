"""Whose corrections everybody's model may learn from: those of people with whom reviewers agree.

The share of a person's corrections with which a reviewer would agree is unknown. Each reviewer who answered a reading
after the person is one draw of it, so what is known of the share, from a uniform prior, is a Beta distribution:
Beta(1 + agreed, 1 + disagreed).
"""

from dataclasses import dataclass

from scipy.special import betaincc


@dataclass(frozen=True)
class Agreement:
    """With how many of a person's corrections reviewers agreed, and with how many they did not."""

    agreed: int = 0
    disagreed: int = 0


@dataclass(frozen=True)
class Rule:
    """A person is trusted once their share of agreement exceeds `share` with probability `certainty`, both in 0..1.

    With 0.8 and 0.95 that takes 13 agreements with nothing against them, 20 with one, 27 with two.
    """

    share: float = 0.8
    certainty: float = 0.95

    def trusts(self, known: Agreement) -> bool:
        """Whether somebody of whom this is known is trusted."""
        return bool(betaincc(1 + known.agreed, 1 + known.disagreed, self.share) >= self.certainty)
