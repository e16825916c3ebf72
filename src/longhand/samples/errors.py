"""Errors of the samples.

SamplesError
├── UnknownSample        no such blob, reading or dataset version
│   ├── UnknownLexicon   no lexicon of this name, or no such version of it
│   ├── UnknownWord      no such word in a person's vocabulary
│   └── VersionWithdrawn a dataset version that held what a person has had erased
├── Erased               a reading of somebody who has had their data erased since
├── ReadingConflict      a reading's id that was taken for something else
├── NotCorrected         a withdrawal where no correction stands
├── NotOneGlyph          a text of several characters for a picture that shows one
├── AlreadyCorrected     a reading to look at that has been corrected
├── ClaimedByAnother     a reading to look at that another reviewer looks at
└── DamagedSample        bytes whose SHA-256 is not the one under which they lie
"""

from longhand.errors import LonghandError


class SamplesError(LonghandError):
    """Something about the samples."""

    code = "samples_error"


class UnknownSample(SamplesError):
    """No such blob, reading or dataset version."""

    code = "not_found"


class UnknownLexicon(UnknownSample):
    """No lexicon of this name, or no such version of it."""

    code = "unknown_lexicon"


class UnknownWord(UnknownSample):
    """No such word in a person's vocabulary."""

    code = "unknown_word"


class VersionWithdrawn(UnknownSample):
    """A dataset version that was withdrawn, because it held what a person has had erased."""

    code = "version_withdrawn"


class Erased(SamplesError):
    """A reading of somebody who has had their data erased after they sent it."""

    code = "erased"


class ReadingConflict(SamplesError):
    """A reading's id that was taken for something else."""

    code = "reading_conflict"


class NotCorrected(SamplesError):
    """A withdrawal where no correction stands."""

    code = "not_corrected"


class NotOneGlyph(SamplesError):
    """A text of several characters for a picture that shows one."""

    code = "not_one_glyph"


class AlreadyCorrected(SamplesError):
    """A reading to look at that has been corrected."""

    code = "already_corrected"


class ClaimedByAnother(SamplesError):
    """A reading to look at that another reviewer looks at."""

    code = "claimed"


class DamagedSample(SamplesError):
    """Bytes whose SHA-256 is not the one under which they lie."""

    code = "damaged_sample"
