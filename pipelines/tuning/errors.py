"""Errors of fine-tunes.

LonghandError
└── NothingToLearn      a dataset version none of whose pictures the network can learn from
"""

from longhand.errors import LonghandError


class NothingToLearn(LonghandError):
    """A dataset version none of whose pictures the network can learn from."""

    code = "nothing_to_learn"
