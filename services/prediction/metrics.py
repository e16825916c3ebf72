"""What a dashboard sees of reading."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from longhand.tasks import TASKS

CONFIDENCES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
SIZES = (1, 2, 4, 8, 16, 32, 64, 128)


class ReadingMetrics:
    """Counters and gauges of this service, on the registry of its app."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._readings = Counter(
            "longhand_readings", "Pictures read.", ["model", "version", "decision"], registry=registry
        )
        self._shadows = Counter(
            "longhand_shadow_readings",
            "Pictures read by the version beside the one that answered.",
            ["model", "version", "agrees"],
            registry=registry,
        )
        self._substitutions = Counter(
            "longhand_substituted_readings",
            "Pictures that a challenger could not read and the champion did in its place.",
            ["model", "version"],
            registry=registry,
        )
        self._replays = Counter(
            "longhand_replays", "Pictures read again by the version that had read them.", ["model"], registry=registry
        )
        self._confidence = Histogram(
            "longhand_reading_confidence",
            "Confidence of readings.",
            ["model"],
            buckets=CONFIDENCES,
            registry=registry,
        )
        self._lookups = Counter(
            "longhand_lexicon_lookups",
            "Lexicons asked for, by whether they were at hand.",
            ["result"],
            registry=registry,
        )
        self._entries = Gauge("longhand_lexicon_entries", "Entries of the lexicons at hand.", registry=registry)
        self._matches = Counter(
            "longhand_lexicon_readings",
            "Pictures read with a lexicon, by whether an entry fits.",
            ["matched"],
            registry=registry,
        )
        self._recollections = Counter(
            "longhand_vocabulary_lookups",
            "People's vocabularies asked for, by whether they were at hand.",
            ["result"],
            registry=registry,
        )
        self._words = Gauge("longhand_vocabulary_words", "Words of the vocabularies at hand.", registry=registry)
        self._recalled = Counter(
            "longhand_vocabulary_readings",
            "Pictures read with a person's vocabulary, by whether the text holds one of its words.",
            ["recalled"],
            registry=registry,
        )
        self._sizes = Histogram("longhand_batch_size", "Pictures per batch.", buckets=SIZES, registry=registry)
        self._queue = Gauge("longhand_batch_queue", "Pictures waiting for a batch.", registry=registry)
        self._version = Gauge("longhand_model_version", "Champion that serves.", ["model"], registry=registry)
        self._epoch = Gauge("longhand_model_epoch", "Epoch of the record that serves.", ["model"], registry=registry)
        self._personal = Gauge(
            "longhand_personal_versions", "Loaded versions that serve one person each.", registry=registry
        )
        self._personal_bytes = Gauge(
            "longhand_personal_versions_bytes", "Memory that those versions take.", registry=registry
        )
        self._adapted = Counter(
            "longhand_adapted_readings", "Pictures read by a person's own adapter.", ["model"], registry=registry
        )
        self._adapters = Gauge("longhand_adapters", "People's adapters that are in memory.", registry=registry)
        self._adapters_bytes = Gauge("longhand_adapters_bytes", "Memory that those adapters take.", registry=registry)
        self._people = Gauge("longhand_adapted_people", "People who have an adapter.", ["model"], registry=registry)
        self._readable = Gauge(
            "longhand_champion_readable",
            "1 where the champion that the record names serves, 0 where it cannot be loaded.",
            ["model"],
            registry=registry,
        )
        self._registry = Gauge(
            "longhand_registry_reachable", "1 while the MLflow server answers, 0 while it is away.", registry=registry
        )
        self._registry.set(1)  # until it was asked
        for recalled in ("yes", "no"):  # a rate is seen only of what was there before it rose
            self._recalled.labels(recalled)
        for model in TASKS:
            self._adapted.labels(model)
            self._people.labels(model)

    def watch_queue(self, waiting: Callable[[], int]) -> None:
        """Ask for the length of the queue whenever metrics are read."""
        self._queue.set_function(waiting)

    def count_batch(self, size: int) -> None:
        """A batch of this many pictures runs."""
        self._sizes.observe(size)

    def watch_lexicons(self, entries: Callable[[], int]) -> None:
        """Ask for the entries at hand whenever metrics are read."""
        self._entries.set_function(entries)

    def count_lexicon(self, hit: bool) -> None:
        """A lexicon was asked for."""
        self._lookups.labels("hit" if hit else "miss").inc()

    def count_match(self, matched: bool) -> None:
        """A picture was read with a lexicon."""
        self._matches.labels("yes" if matched else "no").inc()

    def watch_vocabularies(self, words: Callable[[], int]) -> None:
        """Ask for the words at hand whenever metrics are read."""
        self._words.set_function(words)

    def count_vocabulary(self, hit: bool) -> None:
        """A vocabulary was asked for."""
        self._recollections.labels("hit" if hit else "miss").inc()

    def count_recall(self, recalled: bool) -> None:
        """A picture was read with a vocabulary."""
        self._recalled.labels("yes" if recalled else "no").inc()

    def count_reading(self, model: str, version: int, decision: str, confidence: float) -> None:
        """A picture was read."""
        self._readings.labels(model, str(version), decision).inc()
        self._confidence.labels(model).observe(confidence)

    def count_substitution(self, model: str, version: int) -> None:
        """A challenger failed, and the champion answered in its place."""
        self._substitutions.labels(model, str(version)).inc()

    def count_replay(self, model: str) -> None:
        """A picture was read again."""
        self._replays.labels(model).inc()

    def count_shadow(self, model: str, version: int, agrees: bool) -> None:
        """A version read what another one answered."""
        self._shadows.labels(model, str(version), "yes" if agrees else "no").inc()

    def show_model(self, model: str, version: int, epoch: int) -> None:
        """Another record serves."""
        self._version.labels(model).set(version)
        self._epoch.labels(model).set(epoch)

    def show_personal(self, count: int, size: int) -> None:
        """How many versions that serve one person each are loaded, and the bytes they take."""
        self._personal.set(count)
        self._personal_bytes.set(size)

    def count_adapted(self, model: str) -> None:
        """A picture was read by its sender's own adapter."""
        self._adapted.labels(model).inc()

    def show_adapters(self, count: int, size: int) -> None:
        """How many adapters are in memory, and the bytes they take."""
        self._adapters.set(count)
        self._adapters_bytes.set(size)

    def show_people(self, model: str, count: int) -> None:
        """How many people have an adapter."""
        self._people.labels(model).set(count)

    def show_registry(self, reachable: bool) -> None:
        """Whether the registry answers."""
        self._registry.set(reachable)

    def show_readable(self, model: str, readable: bool) -> None:
        """Whether the champion that the record names can be loaded."""
        self._readable.labels(model).set(readable)
