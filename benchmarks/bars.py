"""What the figures must reach: without an accelerator to train on, and with one."""

from dataclasses import replace

from benchmarks.results import Figure
from benchmarks.sets import SETS
from longhand.tasks import TASKS

_FREE = [of for of in SETS if not of.chooses and not TASKS[of.model].single]
FLOORS = {
    "mnist-test, right": (0.9962, 0.997),
    "hw62-test, right of 62 classes": (0.87, 0.89),
    "hw62-test, right of 36 folded classes": (0.952, 0.96),
    "omniglot-unseen, right": (0.95, 0.96),
    "dhsd-test, exact": (0.83, 0.87),
    "dhsd-test, new text, exact": (0.79, 0.83),
    "dhsd-test+lexicon, exact": (0.965, 0.975),
    "half of the lexicon: words inside answered right": (0.95, 0.96),
    "dhsd-test, accepted": (0.50, 0.60),
    "words per second, beside RapidOCR's recogniser at its best batch": (1.5, 1.5),
    "lines per second, 32 at once": (40, 40),
    "shortlist agrees with exhaustive scoring": (0.999, 0.999),
    "digits under everyday conditions, right, mean": (0.97, 0.98),
    "digits under everyday conditions, right, worst": (0.92, 0.95),
    "notices on their conditions, least of any": (0.9, 0.9),
    "fast: words per second, beside RapidOCR's recogniser at its best batch": (14, 14),
}
CEILINGS = {
    **{f"{of.name}, CER beside the better ready-made engine": (1 / 2, 1 / 3) for of in _FREE},
    **{f"fast: {of.name}, CER beside the best effort": (1.6, 1.5) for of in _FREE},
    "dhsd-test, CER": (0.026, 0.02),
    "dhsd-test, new text, CER": (0.034, 0.028),
    "stanford-test, CER": (0.13, 0.09),
    "peraire-test, CER": (0.05, 0.04),
    "testament-test, CER": (0.13, 0.10),
    "testaments1-test, CER": (0.09, 0.07),
    "cremma19-test, CER": (0.15, 0.12),
    "cremma-unseen, CER": (0.28, 0.20),
    "mariages-unseen, CER": (0.15, 0.11),
    "celestine-unseen, CER": (0.08, 0.06),
    "dhsd-test, CER beside the better ready-made engine": (0.20, 0.15),
    "half of the lexicon: words outside answered with an entry": (0.04, 0.03),
    "dhsd-test, expected calibration error": (0.03, 0.03),
    "dhsd-test, wrong among the accepted": (0.02, 0.02),
    "one word, median": (15, 15),
    "lexicon of 5,000 on top of a reading, 99th percentile": (10, 10),
    "words under everyday conditions, CER, mean": (0.07, 0.05),
    "words under everyday conditions, CER, worst": (0.15, 0.12),
    "words under everyday conditions, CER, small": (0.40, 0.35),
    "under everyday conditions, wrong among the accepted": (0.02, 0.02),
    "under everyday conditions, wrong among the accepted, worst": (0.05, 0.05),
    "unfamiliar pictures, text, accepted": (0.01, 0.01),
    "unfamiliar pictures, characters, accepted": (0.01, 0.01),
    "unfamiliar pictures, digits, accepted": (0.01, 0.01),
    "fast: unfamiliar pictures, text, accepted": (0.01, 0.01),
    "fast: one word, median": (4, 4),
    "fast: words under everyday conditions, CER, mean": (0.12, 0.10),
    "fast: words under everyday conditions, CER, worst": (0.25, 0.20),
    "fast: words under everyday conditions, CER, small": (0.50, 0.45),
    "notices on plain pictures, most of any": (0.02, 0.02),
    "text-4 beside text-2, time of preparing words": (2, 2),
    "text-4 beside text-2, time of preparing lines": (2, 2),
    "bundle text, served part": (14, 14),
    "bundle text-fast, served part": (14, 14),
    "bundle characters, served part": (14, 14),
}


def set_bars(figure: Figure) -> Figure:
    """The figure with its bars, where it has some."""
    at_least = figure.name in FLOORS
    bar, high_bar = (FLOORS if at_least else CEILINGS).get(figure.name, (None, None))
    return replace(figure, bar=bar, high_bar=high_bar, at_least=at_least)
