"""The network for single characters."""

from typing import Literal

from pydantic import Field

from longhand.recipes.parameters import Network


class CharacterNetwork(Network):
    """A convolutional network; see `learning.networks.build_characters`."""

    height: Literal[28] = Field(description="rows and columns of a prepared picture")
    width: int = Field(
        default=32, ge=1, le=512, description="channels of the first convolutions; four times as many at last"
    )
    dropout: float = Field(default=0.4, ge=0, lt=1, description="share of the values that is dropped in training")


NETWORKS = {"": CharacterNetwork}
