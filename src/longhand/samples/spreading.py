"""What a person could look at next: readings without a correction, and which of them are worth it first.

The order is by calibrated uncertainty. What comes from the same source, or is of the same kind, as readings that were
handed out lately is put off (maximal marginal relevance: Carbonell and Goldstein, The Use of MMR, Diversity-Based
Reranking, 1998), and of near-duplicates only the first is chosen while there is anything else.
"""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

ALIKE = 10
"""Bits of 64 in which the perceptual hashes of two near-duplicates differ at most."""

SOURCE, KIND = 0.002, 0.002
"""By how much each reading of the same source, and of the same kind, puts another one off: of two that are about as
uncertain, the one whose hand was seen less comes first. Chosen on validation pictures, as docs/explanation/review.md
says."""


@dataclass(frozen=True)
class Candidate:
    """An uncorrected reading as the queue weighs it.

    `look` is the perceptual hash of its ink as a number of 64 bits, None where it was read before there was one.
    """

    id: str
    by: str
    document: str | None
    writer: str | None
    task: str
    model: str
    confidence: float
    review: bool
    picture: str
    look: int | None = None

    @property
    def source(self) -> tuple[str, str]:
        """Whose hand it is, as far as that is known: the writer's, else the document's, else the sender's."""
        named = (("writer", self.writer), ("document", self.document))
        return next(((kind, name) for kind, name in named if name), ("by", self.by))

    @property
    def kind(self) -> tuple[str, str]:
        """What it shows, and the model that read it."""
        return self.task, self.model

    def resembles(self, other: "Candidate") -> bool:
        """Whether a person who has seen the one need not see the other: the same picture, or nearly the same ink."""
        if self.picture == other.picture:
            return True
        if self.look is None or other.look is None or self.task != other.task:
            return False
        return (self.look ^ other.look).bit_count() <= ALIKE


@dataclass
class Spread:
    """What was handed out lately, by which the next ones are weighed."""

    chosen: list[Candidate] = field(default_factory=list)
    sources: Counter[tuple[str, str]] = field(default_factory=Counter)
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, one: Candidate) -> None:
        """One more was handed out."""
        self.chosen.append(one)
        self.sources[one.source] += 1
        self.kinds[one.kind] += 1

    def weigh(self, one: Candidate) -> tuple[bool, float]:
        """Its place in the order, smaller is earlier: what is for review first, then by uncertainty, spread."""
        share = (1 + SOURCE * self.sources[one.source]) * (1 + KIND * self.kinds[one.kind])
        return not one.review, (one.confidence - 1) / share

    def knows(self, one: Candidate) -> bool:
        """Whether one is a near-duplicate of what was handed out."""
        return any(one.resembles(other) for other in self.chosen)


def choose(candidates: Sequence[Candidate], limit: int, lately: Iterable[Candidate] = ()) -> list[Candidate]:
    """At most `limit` of the candidates, the one to look at first in front.

    `lately` are those that were handed out before, whether or not they have been corrected since. Near-duplicates come
    only where nothing else is left.
    """
    spread, chosen, alike = Spread(), list[Candidate](), list[Candidate]()
    for one in lately:
        spread.add(one)
    for one in _ranked(candidates, spread):
        if len(chosen) == limit:
            return chosen
        if spread.knows(one):
            alike.append(one)
        else:
            chosen.append(one)
            spread.add(one)
    return [*chosen, *alike][:limit]


def _ranked(candidates: Sequence[Candidate], spread: Spread) -> Iterator[Candidate]:
    """The candidates by worth, which only falls while others are handed out: one is weighed again when it is first."""
    heap = [(spread.weigh(one), place) for place, one in enumerate(candidates)]
    heapq.heapify(heap)
    while heap:
        _, place = heapq.heappop(heap)
        now = spread.weigh(candidates[place]), place
        if heap and now > heap[0]:
            heapq.heappush(heap, now)
        else:
            yield candidates[place]
