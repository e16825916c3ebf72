"""What stops a command.

LonghandError
├── TensorFlowMissing    an export that needs what training needs
├── ExportDiffers        an exported file answers otherwise than the bundle
└── PublishingError
    ├── NoToken          no token to publish with
    ├── HubRefused       the hub does not take what we sent
    └── HubUnavailable   the hub is away, or broke off
"""

from longhand.errors import LonghandError


class TensorFlowMissing(LonghandError):
    """An export that needs what training needs."""

    code = "tensorflow_missing"


class ExportDiffers(LonghandError):
    """An exported file answers otherwise than the bundle."""

    code = "export_differs"


class PublishingError(LonghandError):
    """A model cannot be published."""

    code = "publishing_failed"


class NoToken(PublishingError):
    """No token to publish with."""

    code = "no_token"


class HubRefused(PublishingError):
    """The hub does not take what we sent; trying again does not help."""

    code = "hub_refused"


class HubUnavailable(PublishingError):
    """The hub is away, or broke off; worth trying again."""

    code = "hub_unavailable"
