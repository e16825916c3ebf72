"""What can go wrong while reading, and which HTTP status says so.

Conflict
├── LexiconUnknown     a lexicon that has to be sent first
└── VocabularyUnknown  a vocabulary that has to be sent first
Gone
├── LearnedFromErased  a version that was to read again, and learned from what a person has had erased
└── VersionGone        a version that was to read again, and is no longer kept
Invalid
├── LexiconMismatch    entries that are not of the version they are sent for
└── VocabularyMismatch words that are not of the digest they are sent for
Unavailable
├── QueueFull          more pictures wait than are allowed to
├── ModelNotDeployed   nothing serves this task
└── NotReady           a model that a record names is not loaded yet
"""

from longhand.bundles.errors import BundleError
from longhand.errors import LonghandError
from longhand.handwriting import errors as domain
from longhand.registry.errors import RegistryUnavailable
from longhand.servicekit.admission import draw_wait
from longhand.servicekit.errors import Conflict, Gone, Invalid, Unavailable


class LexiconUnknown(Conflict):
    """A lexicon that has to be sent first: prediction says so to the gateway, which sends it."""

    code = "lexicon_unknown"


class VersionGone(Gone):
    """A version that was to read again, and is no longer kept."""

    code = "version_gone"


class LearnedFromErased(Gone):
    """A version that was to read again, and learned from what a person has had erased."""

    code = "learned_from_erased"


class LexiconMismatch(Invalid):
    """Entries of a lexicon that are not of the version they are sent for."""

    code = "lexicon_mismatch"


class VocabularyUnknown(Conflict):
    """A vocabulary that has to be sent first: prediction says so to the gateway, which sends it."""

    code = "vocabulary_unknown"


class VocabularyMismatch(Invalid):
    """Words of a vocabulary that are not of the digest they are sent for."""

    code = "vocabulary_mismatch"


class QueueFull(Unavailable):
    """More pictures wait than are allowed to."""

    code = "queue_full"

    def __init__(self) -> None:
        super().__init__("Too many pictures wait to be read: send this again after Retry-After seconds.", draw_wait())


class ModelNotDeployed(Unavailable):
    """Nothing serves this task."""

    code = "model_not_deployed"


class NotReady(Unavailable):
    """A model that a record names is not loaded yet."""

    code = "not_ready"


STATUS: dict[type[LonghandError], int] = {
    domain.UnreadableImage: 422,
    domain.UnsupportedImage: 415,
    domain.ImageTooLarge: 413,
    domain.NoInk: 422,
    domain.PictureError: 422,
    domain.UnknownCharset: 422,
    domain.BadLexicon: 422,
    domain.BadVocabulary: 422,
    BundleError: 503,
    RegistryUnavailable: 503,
}
