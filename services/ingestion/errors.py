"""Errors of ingestion, and what they and those of the samples mean over HTTP.

IngestionError
├── UnknownDataset      422  the catalogue has no such data set
├── UnknownFolder       422  no such folder below the imports directory
├── BadFormat           422  a format that there is not, or an option that it lacks
├── UnreadableFiles          files that cannot be read, where the job was asked to refuse them
└── NothingToRead            not one picture could be read
"""

from longhand.errors import LonghandError
from longhand.handwriting.errors import BadLexicon
from longhand.samples.errors import NotCorrected, ReadingConflict, UnknownSample


class IngestionError(LonghandError):
    """Something about taking in data."""

    code = "ingestion_error"


class UnknownDataset(IngestionError):
    """The catalogue has no such data set."""

    code = "unknown_dataset"


class UnknownFolder(IngestionError):
    """No such folder below the imports directory."""

    code = "unknown_folder"


class BadFormat(IngestionError):
    """A format that there is not, or an option that it lacks."""

    code = "bad_format"


class UnreadableFiles(IngestionError):
    """Files that cannot be read, where the job was asked to refuse them."""

    code = "unreadable_files"


class NothingToRead(IngestionError):
    """Not one picture could be read."""

    code = "nothing_to_read"


STATUS: dict[type[LonghandError], int] = {
    UnknownDataset: 422,
    UnknownFolder: 422,
    BadFormat: 422,
    UnknownSample: 404,
    BadLexicon: 422,
    ReadingConflict: 409,
    NotCorrected: 409,
}
