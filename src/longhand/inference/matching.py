"""A reading chosen from a lexicon."""

from dataclasses import replace

import numpy as np

from longhand.bundles.card import Card
from longhand.handwriting.ctc.lexicon import Ranking
from longhand.handwriting.transcription import Match, Transcription
from longhand.inference.base import ALTERNATIVES


def judge(ranking: Ranking, card: Card, free: Transcription, strict: bool) -> Transcription:
    """The best entry, or "none of these" where it fits less well than the card's threshold.

    An entry's confidence is its share of what the list's entries and "none of these" are likely, which is as likely as
    an entry at the threshold, or as the card's odds say. `free` is the reading without a list. Boxes of an entry are
    left to the caller.
    """
    if not ranking.entries:
        return _none(Match(None, 0.0, ranking.fit), (), free, strict)
    shares = np.exp(ranking.log_probs - ranking.log_probs[0])
    strength, beside = _weigh(ranking, card)
    none = float(np.exp(min(beside, 50.0)))
    among = shares / shares.sum()
    margin = float(among[0] - (among[1] if len(among) > 1 else 0.0))
    probabilities = shares / (shares.sum() + none)
    ranked = tuple(
        (entry, float(c)) for entry, c in zip(ranking.entries, probabilities[: ALTERNATIVES + 1], strict=False)
    )
    if strength < card.lexicon_threshold:
        match = Match(None, margin, ranking.fit, ranking.lead)
        return _none(match, ranked[:ALTERNATIVES], free, strict)
    (text, confidence), *others = ranked
    accepted = confidence >= card.entry_threshold
    match = Match(text, margin, ranking.fit, ranking.lead)
    return Transcription(text, confidence, accepted, tuple(others), (), match)


def _weigh(ranking: Ranking, card: Card) -> tuple[float, float]:
    """What the card's threshold is compared with, and the log of how many times as likely "none of these" is."""
    if not card.lexicon_odds:
        return ranking.fit, len(ranking.entries[0]) * (card.lexicon_threshold - ranking.fit)
    fit, lead, offset = card.lexicon_odds
    odds = fit * ranking.fit + lead * ranking.lead + offset
    return odds, -odds


def _none(match: Match, others: tuple[tuple[str, float], ...], free: Transcription, strict: bool) -> Transcription:
    if strict:
        return Transcription("", 0.0, False, others, (), match)
    return replace(free, accepted=False, match=match)
