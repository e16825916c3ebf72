"""Errors of the samples.

SamplesError
├── UnknownSample        no such blob, reading or dataset version
│   └── UnknownLexicon   no lexicon of this name, or no such version of it
├── ReadingConflict      a reading's id that was taken for something else
├── NotCorrected         a withdrawal where no correction stands
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


class ReadingConflict(SamplesError):
    """A reading's id that was taken for something else."""

    code = "reading_conflict"


class NotCorrected(SamplesError):
    """A withdrawal where no correction stands."""

    code = "not_corrected"


class DamagedSample(SamplesError):
    """Bytes whose SHA-256 is not the one under which they lie."""

    code = "damaged_sample"
