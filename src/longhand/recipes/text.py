"""The network for words and lines."""

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from longhand.recipes.parameters import Network


class TextNetwork(Network):
    """A convolutional network without recurrence; see `learning.networks.build_text`."""

    height: Literal[32] = Field(description="rows of a prepared picture")
    width: int = Field(default=256, ge=1, le=2048, description="channels of the convolutions along the line")
    blocks: int = Field(default=6, ge=0, le=48, description="residual blocks along the line")
    dropout: float = Field(default=0.2, ge=0, lt=1, description="share of the channels that is dropped in training")
    stem: int = Field(default=32, ge=1, le=256, description="channels of the first convolution")
    pool: bool = Field(default=False, description="whether a column is the maximum of its rows, not all of them")


class SvtrNetwork(Network):
    """A light convolutional network with attention along the line; see `learning.svtr.build_svtr`.

    As the defaults say, it is that of the base `pp-ocrv6-small`.
    """

    bases: ClassVar[tuple[str, ...]] = ("pp-ocrv6-small",)

    kind: Literal["svtr"] = Field(description="this network, not the one above")
    height: Literal[48] = Field(description="rows of a prepared picture")
    width: int = Field(default=96, ge=8, le=512, multiple_of=4, description="channels of the first of three stages")
    neck: int = Field(default=120, ge=8, le=1024, description="channels along the line, shared out among the heads")
    heads: int = Field(default=8, ge=1, le=64, description="heads of attention")
    dropout: float = Field(
        default=0.0, ge=0, lt=1, description="share of the neck's values that is dropped in training"
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.neck % self.heads:
            raise ValueError(f"the {self.heads} heads cannot share {self.neck} channels of the neck evenly")
        return self


NETWORKS = {"": TextNetwork, "svtr": SvtrNetwork}
