"""Errors of the domain.

LonghandError
├── PictureError
│   ├── UnreadableImage      the bytes are not a whole picture
│   ├── UnsupportedImage     a picture, but of a format that is not read
│   ├── ImageTooLarge        more bytes or pixels than the limits allow
│   ├── SeveralPictures      pages or frames, of which only one could be read
│   └── NoInk                a blank page
├── UnknownCharset           a charset that this model does not offer
├── UnknownPreprocessing     a preprocessing version that this release does not have
├── BadLexicon               a word list that cannot be used
└── BadVocabulary            words that are no person's vocabulary
"""

from longhand.errors import LonghandError


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


class SeveralPictures(PictureError):
    """A file of several pages or frames; one picture is read at a time."""

    code = "several_pictures"


class NoInk(PictureError):
    """A blank page."""

    code = "no_ink"

    def __init__(
        self, sentence: str = "No ink found: the picture looks blank. Send one with visible handwriting."
    ) -> None:
        super().__init__(sentence)


class UnknownCharset(LonghandError):
    """A charset that this model does not offer."""

    code = "unknown_charset"


class UnknownPreprocessing(LonghandError):
    """A preprocessing version that this release does not have."""

    code = "unknown_preprocessing"


class BadLexicon(LonghandError):
    """A word list that is empty, too long, or has an entry that cannot be one."""

    code = "bad_lexicon"


class BadVocabulary(LonghandError):
    """Words that are no person's vocabulary: too many, or not words."""

    code = "bad_vocabulary"
