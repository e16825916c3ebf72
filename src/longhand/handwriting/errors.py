"""Errors of the domain, and the base of every error that Longhand tells a person.

LonghandError
├── PictureError
│   ├── UnreadableImage      the bytes are not a whole picture
│   ├── UnsupportedImage     a picture, but of a format that is not read
│   ├── ImageTooLarge        more bytes or pixels than the limits allow
│   └── NoInk                a blank page
├── UnknownCharset           a charset that this model does not offer
├── BadLexicon               a word list that cannot be used
└── BundleError              a bundle is incomplete, corrupt, or of an unknown version
"""

from typing import ClassVar


class LonghandError(Exception):
    """An error with a stable code and a sentence that tells a person what to do."""

    code: ClassVar[str] = "error"

    @property
    def sentence(self) -> str:
        """What happened and what to do about it."""
        return str(self)


class PictureError(LonghandError):
    """A picture that cannot be read."""

    code = "bad_picture"


class UnreadableImage(PictureError):
    """The bytes are not a whole picture."""

    code = "unreadable_image"


class UnsupportedImage(PictureError):
    """A picture, but of a format that is not read."""

    code = "unsupported_image"


class ImageTooLarge(PictureError):
    """More bytes or pixels than the limits allow."""

    code = "image_too_large"


class NoInk(PictureError):
    """A blank page."""

    code = "no_ink"


class UnknownCharset(LonghandError):
    """A charset that this model does not offer."""

    code = "unknown_charset"


class BadLexicon(LonghandError):
    """A word list that is empty, too long, or has an entry that cannot be one."""

    code = "bad_lexicon"


class BundleError(LonghandError):
    """A bundle is incomplete, corrupt, or of an unknown version."""

    code = "bad_bundle"
