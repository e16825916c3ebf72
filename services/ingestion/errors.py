"""Errors of ingestion, and what they and those of the samples mean over HTTP.

IngestionError
├── UnknownDataset      422  the catalogue has no such data set
├── UnknownFolder       422  no such folder below the imports directory
├── BadFormat           422  a format that there is not, or an option that it lacks
├── BadArchive          422  no archive, or one that holds what is not unpacked
├── ArchiveTooLarge     413  an archive that unpacks beyond the limits
├── UnreadableFiles          files that cannot be read, where the job was asked to refuse them
└── NothingToRead            not one picture could be read
"""

from longhand.errors import LonghandError
from longhand.handwriting.errors import BadLexicon
from longhand.samples.errors import (
    AlreadyCorrected,
    ClaimedByAnother,
    Erased,
    NotCorrected,
    NotOneGlyph,
    ReadingConflict,
    UnknownSample,
    VersionWithdrawn,
)


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


class BadArchive(IngestionError):
    """No archive, or one that holds what is not unpacked: links, paths that climb, encrypted files."""

    code = "bad_archive"


class ArchiveTooLarge(IngestionError):
    """An archive that unpacks beyond the limits."""

    code = "archive_too_large"


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
    BadArchive: 422,
    ArchiveTooLarge: 413,
    UnknownSample: 404,
    VersionWithdrawn: 410,
    Erased: 410,
    BadLexicon: 422,
    ReadingConflict: 409,
    NotCorrected: 409,
    NotOneGlyph: 422,
    AlreadyCorrected: 409,
    ClaimedByAnother: 409,
}
