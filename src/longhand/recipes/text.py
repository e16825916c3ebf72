"""The network for words and lines."""

from typing import Literal

from pydantic import Field

from longhand.recipes.parameters import Network


class TextNetwork(Network):
    """A convolutional network without recurrence; see `learning.networks.build_text`."""

    height: Literal[32] = Field(description="rows of a prepared picture")
    width: int = Field(default=256, ge=1, le=2048, description="channels of the convolutions along the line")
    blocks: int = Field(default=6, ge=0, le=48, description="residual blocks along the line")
    dropout: float = Field(default=0.2, ge=0, lt=1, description="share of the channels that is dropped in training")
    stem: int = Field(default=32, ge=1, le=256, description="channels of the first convolution")
    pool: bool = Field(default=False, description="whether a column is the maximum of its rows, not all of them")


NETWORK = TextNetwork
