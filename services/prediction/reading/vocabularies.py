"""People's vocabularies that were used lately, by digest, so that the gateway need not send them again."""

from longhand.handwriting.ctc.vocabulary import Vocabulary
from longhand.handwriting.errors import BadVocabulary
from services.prediction.errors import VocabularyMismatch, VocabularyUnknown
from services.prediction.metrics import ReadingMetrics
from services.prediction.reading.recent import Recent


class Vocabularies:
    """As many as have at most `words` words together, but always the last; any thread may ask."""

    def __init__(self, words: int, metrics: ReadingMetrics) -> None:
        self._recent, self._metrics = Recent[Vocabulary](words, words, lambda one: len(one.words)), metrics
        metrics.watch_vocabularies(self._recent.size)

    def clear(self) -> None:
        """Forgets all of them."""
        self._recent.clear()

    def find(self, digest: str) -> Vocabulary:
        """The vocabulary of this digest; raises VocabularyUnknown."""
        known = self._recent.find(digest)
        self._metrics.count_vocabulary(known is not None)
        if known is None:
            raise VocabularyUnknown(f"The vocabulary {digest} is not at hand: send its words as well.")
        return known

    def take(self, text: bytes, digest: str) -> Vocabulary:
        """The vocabulary of this text; raises BadVocabulary, and VocabularyMismatch for another digest."""
        try:
            vocabulary = Vocabulary.parse(text.decode())
        except UnicodeDecodeError as error:
            raise BadVocabulary("The words of a vocabulary are text in UTF-8.") from error
        if vocabulary.digest != digest:
            raise VocabularyMismatch(f"These words are the vocabulary {vocabulary.digest}, not {digest}.")
        return self._recent.keep(digest, vocabulary)
