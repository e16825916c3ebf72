"""Errors of bundles.

LonghandError
└── BundleError    a bundle is incomplete, corrupt, or of an unknown version
"""

from longhand.errors import LonghandError


class BundleError(LonghandError):
    """A bundle is incomplete, corrupt, or of an unknown version."""

    code = "bad_bundle"
