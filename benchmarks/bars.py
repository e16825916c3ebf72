"""What the figures must reach: without an accelerator to train on, and with one."""

from dataclasses import replace

from benchmarks.results import Figure

FLOORS = {
    "mnist-test, right": (0.996, 0.997),
    "hw62-test, right of 62 classes": (0.85, 0.88),
    "hw62-test, right of 36 folded classes": (0.93, 0.95),
    "omniglot-unseen, right": (0.80, 0.85),
    "dhsd-test, exact": (0.62, 0.70),
    "dhsd-test+lexicon, exact": (0.95, 0.965),
    "half of the lexicon: words inside answered right": (0.90, 0.92),
    "dhsd-test, accepted": (0.45, 0.55),
    "words per second, at the best batch": (1000, 1000),
    "words per second, beside RapidOCR's recogniser at its best batch": (10, 10),
    "shortlist agrees with exhaustive scoring": (0.999, 0.999),
}
CEILINGS = {
    "dhsd-test, CER": (0.05, 0.035),
    "stanford-test, CER": (0.25, 0.18),
    "peraire-test, CER": (0.10, 0.07),
    "testament-test, CER": (0.26, 0.20),
    "cremma-unseen, CER": (0.30, 0.22),
    "dhsd-test, CER beside the better ready-made engine": (1 / 6, 1 / 8),
    "stanford-test, CER beside the better ready-made engine": (1 / 2, 1 / 3),
    "peraire-test, CER beside the better ready-made engine": (1 / 2, 1 / 3),
    "testament-test, CER beside the better ready-made engine": (1 / 2, 1 / 3),
    "cremma-unseen, CER beside the better ready-made engine": (1 / 2, 1 / 3),
    "half of the lexicon: words outside answered with an entry": (0.05, 0.05),
    "dhsd-test, expected calibration error": (0.03, 0.03),
    "dhsd-test, wrong among the accepted": (0.02, 0.02),
    "one word, median": (6, 6),
    "lexicon of 5,000 on top of a reading, 99th percentile": (10, 10),
    "bundle text, served part": (12, 12),
    "bundle characters, served part": (4, 4),
}


def set_bars(figure: Figure) -> Figure:
    """The figure with its bars, where it has some."""
    at_least = figure.name in FLOORS
    bar, high_bar = (FLOORS if at_least else CEILINGS).get(figure.name, (None, None))
    return replace(figure, bar=bar, high_bar=high_bar, at_least=at_least)
