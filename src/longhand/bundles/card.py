"""What a model says of itself: everything needed to run it, and where it came from."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TypedDict

from longhand import durable
from longhand.bundles.errors import BundleError
from longhand.bundles.files import CARD
from longhand.handwriting.alphabet import Alphabet
from longhand.tasks import TASKS, Task, find

ALWAYS = -1e9
"""A lexicon threshold that never says "none of these"."""

FORMAT = 1

_LINE = 4
"""A text of so many words is a line."""

WORDS, LINES, FIGURES = "words", "lines", "figures"


def find_kind(text: str) -> str:
    """The kind of a text: `lines` are not a few `words`, and neither are `figures`, texts with a digit (dates, amounts,
    house numbers): kinds are calibrated apart. Released cards rest on this, so it does not change."""
    if len(text.split()) >= _LINE:
        return LINES
    return FIGURES if any(character.isdecimal() for character in text) else WORDS


class Scale(TypedDict):
    """What a confidence means: its log odds count `slope` times and `offset` is added, and from `threshold` on a
    reading is accepted."""

    slope: float
    offset: float
    threshold: float


class Calibration(TypedDict):
    """What calibration chooses for a card."""

    temperature: float
    confidence_slope: float
    confidence_offset: float
    threshold: float
    promised_error: float
    language_weight: float
    language_bonus: float
    lexicon_threshold: float
    lexicon_acceptance: float | None
    lexicon_odds: list[float]
    guard: dict[str, dict[str, float]]
    lines: Scale | None
    figures: Scale | None


CALIBRATED = tuple(Calibration.__annotations__)
"""The entries of a card that calibration chooses."""


@dataclass(frozen=True)
class Card:
    """A model card. `temperature` divides the logits; a reading is accepted from confidence `threshold` on,
    above 1 meaning never; `sha256` is that of `model.onnx`.

    The network gets pixels divided by `scale`. A text network gives a frame for every `stride` columns, and its
    preprocessing leaves `margin` columns of paper on either side of the ink. Cards that were written before these
    three had entries lack them, and mean the values that were then in force: the defaults here. `network` is what the
    recipe says of the network's shape, empty in cards that were written before it was kept.

    `lexicon_threshold` is the least fit (see lexicon.py) of an entry that is answered; the lowest number never says
    "none of these". An entry is accepted from confidence `lexicon_acceptance` on, `threshold` where that is None.
    With `lexicon_odds`, the threshold is one of log odds instead: fit and lead times the first two, plus the third; and
    entries are found whatever their case and spacing. It is empty in cards that were written before.
    The log odds of a confidence without a lexicon count `confidence_slope` times, and `confidence_offset` is added.
    `lines` has other values of these two and of the threshold for readings of four words and more, `figures` for
    shorter ones with a digit.
    `guard` says by charset how strongly the network answers pictures like those of calibration, see inference/guard.py;
    a charset that it lacks has the values of `full`. Where it is empty every picture counts as such.
    `language_sha256` is that of `language.npz`, empty where there is none; its log probability counts
    `language_weight` times as much as the network's, and each character adds `language_bonus`.

    `base` says from which network of others the weights descend, by whom, and under which licence; it is empty where
    they descend from none. `features` is how many values the network answers for each frame or picture beside its
    logits, those that its last layer sees; 0 where it answers logits alone. `shifts` is how many values of one person's
    hand it takes beside each picture; 0 where it takes none.
    """

    name: str
    task: str
    characters: str
    height: int
    preprocessing: str
    network: dict[str, object] = field(default_factory=dict)
    scale: float = 255.0
    stride: int = 4
    margin: int = 4
    temperature: float = 1.0
    confidence_slope: float = 1.0
    confidence_offset: float = 0.0
    threshold: float = 2.0
    promised_error: float = 0.02
    lexicon_threshold: float = ALWAYS
    lexicon_acceptance: float | None = None
    lexicon_odds: list[float] = field(default_factory=list)
    guard: dict[str, dict[str, float]] = field(default_factory=dict)
    lines: Scale | None = None
    figures: Scale | None = None
    language_sha256: str = ""
    language_weight: float = 0.0
    language_bonus: float = 0.0
    sha256: str = ""
    opset: int = 0
    dataset_version: str = ""
    commit: str = ""
    created: str = ""
    device: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    metrics: dict[str, float] = field(default_factory=dict)
    data: list[dict[str, str]] = field(default_factory=list)
    base: dict[str, str] = field(default_factory=dict)
    features: int = 0
    shifts: int = 0
    format: int = FORMAT

    @property
    def entry(self) -> Task:
        """What the tasks' table says of the model, or of its task where the model has a name of somebody's own.

        Raises UnknownTask.
        """
        return TASKS.get(self.name) or find(self.task)

    @property
    def alphabet(self) -> Alphabet:
        """The characters in the order of the outputs, after the blank where the task has one; raises UnknownTask."""
        return Alphabet(self.characters, offset=find(self.task).blank)

    @property
    def entry_threshold(self) -> float:
        """From which confidence on an entry of a lexicon is accepted."""
        return self.threshold if self.lexicon_acceptance is None else self.lexicon_acceptance

    def find_scale(self, text: str) -> Scale:
        """What the confidence of a text means that was read without a lexicon."""
        own = {LINES: self.lines, FIGURES: self.figures}.get(find_kind(text))
        return own or Scale(slope=self.confidence_slope, offset=self.confidence_offset, threshold=self.threshold)

    @property
    def calibration(self) -> Calibration:
        """What calibration has chosen."""
        return Calibration(
            temperature=self.temperature,
            confidence_slope=self.confidence_slope,
            confidence_offset=self.confidence_offset,
            threshold=self.threshold,
            promised_error=self.promised_error,
            language_weight=self.language_weight,
            language_bonus=self.language_bonus,
            lexicon_threshold=self.lexicon_threshold,
            lexicon_acceptance=self.lexicon_acceptance,
            lexicon_odds=self.lexicon_odds,
            guard=self.guard,
            lines=self.lines,
            figures=self.figures,
        )

    def write(self, folder: Path) -> None:
        """Write the card into a bundle, whole or not at all. One whose network takes no shifts says nothing of them, as
        cards did before there were any."""
        values = asdict(self)
        if not self.shifts:
            del values["shifts"]
        durable.write_json(folder / CARD, values, indent=1)


def read_card(folder: Path) -> Card:
    """Read the card of a bundle; raises BundleError where it is missing, damaged or of a later format."""
    try:
        card = Card(**json.loads((folder / CARD).read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise BundleError(f"{folder} is not a model: it holds no {CARD}.") from error
    except (ValueError, TypeError) as error:
        raise BundleError(f"{folder / CARD} is damaged, or of another release. Fetch the model again.") from error
    if card.format != FORMAT:
        raise BundleError(f"{folder} has format {card.format}; this release reads {FORMAT}. Update Longhand.")
    return card


def read_values(folder: Path) -> dict[str, object]:
    """What a card says, whatever release wrote it; raises BundleError where it is not a JSON object."""
    try:
        values = json.loads((folder / CARD).read_bytes())
    except ValueError as error:
        raise BundleError(f"{folder / CARD} is not JSON: {error}.") from error
    if not isinstance(values, dict):
        raise BundleError(f"{folder / CARD} is not a JSON object.")
    return values
