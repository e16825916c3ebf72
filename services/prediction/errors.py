"""What can go wrong while reading, and which HTTP status says so.

LonghandError
├── QueueFull          more pictures wait than are allowed to
├── ModelNotDeployed   nothing serves this task
└── NotReady           a model that a record names is not loaded yet
"""

from longhand.handwriting import errors as domain
from longhand.handwriting.errors import LonghandError


class QueueFull(LonghandError):
    """More pictures wait than are allowed to."""

    code = "queue_full"
    retry_after = 1


class ModelNotDeployed(LonghandError):
    """Nothing serves this task."""

    code = "model_not_deployed"
    retry_after = 5


class NotReady(LonghandError):
    """A model that a record names is not loaded yet."""

    code = "not_ready"


STATUS: dict[type[LonghandError], int] = {
    domain.UnreadableImage: 422,
    domain.UnsupportedImage: 415,
    domain.ImageTooLarge: 413,
    domain.NoInk: 422,
    domain.PictureError: 422,
    domain.UnknownCharset: 422,
    domain.BundleError: 503,
    QueueFull: 503,
    ModelNotDeployed: 503,
    NotReady: 503,
}
