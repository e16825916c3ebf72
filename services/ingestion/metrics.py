"""What ingestion measures beside its requests: corrections, and what they say of the models."""

from collections.abc import Iterator
from datetime import UTC, datetime

from prometheus_client import Counter
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import CollectorRegistry
from rapidfuzz.distance import Levenshtein

from longhand.contracts.corrections import Answer, NewCorrection
from longhand.contracts.readings import Task
from longhand.handwriting.alphabet import normalise
from longhand.samples.corrections import Corrections, outside
from longhand.samples.judging import State
from longhand.servicekit.measuring import TableCollector

STATES = (State.STANDS, State.WAITING, State.DISPUTED)


class CorrectionMetrics:
    """Corrections as they come. Edits by characters is the CER of what people correct."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._taken = Counter(
            "longhand_ingestion_corrections", "Corrections taken", ["task", "answer"], registry=registry
        )
        self._edits = Counter(
            "longhand_ingestion_corrected_edits",
            "Edits between read and corrected texts",
            ["task"],
            registry=registry,
        )
        self._characters = Counter(
            "longhand_ingestion_corrected_characters", "Characters of corrected texts", ["task"], registry=registry
        )
        self._outside = Counter(
            "longhand_ingestion_corrected_outside_alphabet",
            "Corrected texts with a character that the task's models cannot write",
            ["task"],
            registry=registry,
        )
        for task in Task:  # a rate is seen only of what was there before it rose
            for answer in Answer:
                self._taken.labels(task.value, answer.value)
            for family in (self._edits, self._characters, self._outside):
                family.labels(task.value)

    def count(self, task: str, read: str, given: NewCorrection) -> None:
        """Counts a correction of what was read."""
        self._taken.labels(task, given.answer.value).inc()
        if given.answer is not Answer.TEXT or given.text is None:
            return
        true = normalise(given.text)
        self._edits.labels(task).inc(Levenshtein.distance(true, normalise(read)))
        self._characters.labels(task).inc(len(true))
        self._outside.labels(task).inc(bool(outside(task, true)))


class CorrectionsCollector(TableCollector):
    """What the corrections stand at, whenever somebody looks."""

    subject = "the corrections"

    def __init__(self, corrections: Corrections) -> None:
        self._corrections = corrections

    def measure(self) -> Iterator[Metric]:
        """The metrics."""
        yield self._standing()
        yield from self._waiting()
        yield from self._trust()

    def _standing(self) -> Metric:
        counted = self._corrections.counts()
        standing = GaugeMetricFamily(
            "longhand_ingestion_corrections_standing", "Readings whose correction is in a state", labels=["state"]
        )
        for state in STATES:
            standing.add_metric([state.value], counted.get(state.value, 0))
        return standing

    def _waiting(self) -> Iterator[Metric]:
        oldest = self._corrections.oldest(State.WAITING)
        seconds = (datetime.now(UTC) - oldest).total_seconds() if oldest else 0.0
        yield GaugeMetricFamily(
            "longhand_ingestion_corrections_waiting_seconds",
            "How long the oldest correction has waited for a second person",
            max(0.0, seconds),
        )

    def _trust(self) -> Iterator[Metric]:
        known = self._corrections.agreement()
        answered = GaugeMetricFamily(
            "longhand_ingestion_corrections_reviewed", "Users' corrections that a reviewer answered", labels=["result"]
        )
        answered.add_metric(["agreed"], sum(one.agreed for one in known.values()))
        answered.add_metric(["disagreed"], sum(one.disagreed for one in known.values()))
        yield answered
        trusted = sum(map(self._corrections.rule.trusts, known.values()))
        yield GaugeMetricFamily("longhand_ingestion_trusted_people", "Users whose corrections count for all", trusted)
