"""The third task's network."""

from typing import Literal

from pydantic import Field

from longhand.recipes.parameters import Network


class DigitNetwork(Network):
    """One layer."""

    height: Literal[28] = Field(description="rows and columns of a prepared picture")
    slope: float = Field(default=1.0, gt=0, le=10, description="what pixels are multiplied by")


NETWORKS = {"": DigitNetwork}
