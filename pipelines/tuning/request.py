"""What a fine-tune is given, and where it puts what it makes."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from longhand.bundles.card import Card, read_card
from longhand.tasks import TASKS, Task


@dataclass(frozen=True)
class Effort:
    """How long and how fast a network learns: `steps` batches of `batch` pictures at the learning rate `rate` at most.

    `replayed` pictures of before are prepared. A correction is shown `shown` times at most, and half of all pictures
    are corrections at most: a few corrections are not learned by heart.
    """

    batch: int
    steps: int
    rate: float
    replayed: int
    shown: int = 20

    def share(self, corrections: int) -> float:
        """The share of the pictures that are corrections, of which there are so many."""
        return min(0.5, self.shown * corrections / (self.batch * self.steps))


GLYPHS = Effort(batch=128, steps=150, rate=3e-4, replayed=4000)
LINES = Effort(batch=24, steps=200, rate=1e-4, replayed=1600)


@dataclass(frozen=True)
class Request:
    """A fine-tune of `model` from the bundle `start` on the dataset version in the folder `corrections`.

    The bundle goes to `target`/bundle, what is needed to go on after a stop to the rest of `target`. `steps` are those
    of the effort where there are none.
    """

    model: str
    start: Path
    corrections: Path
    target: Path
    steps: int | None = None

    @cached_property
    def card(self) -> Card:
        """What the bundle to begin with says of itself."""
        return read_card(self.start)

    @property
    def task(self) -> Task:
        """What the model reads."""
        return TASKS[self.model]

    @property
    def effort(self) -> Effort:
        """How much is done: words and lines take ten times as long as characters."""
        usual = GLYPHS if self.task.single else LINES
        return replace(usual, steps=self.steps or usual.steps)

    @property
    def kind(self) -> str:
        """The kind of the network."""
        return str(self.card.network.get("kind", ""))

    def folder(self, name: str) -> Path:
        """A folder below `target`; made where it is missing."""
        path = self.target / name
        path.mkdir(parents=True, exist_ok=True)
        return path
