"""What is measured of a reading while a challenger stands beside the champion: kept with it, and shown to no client."""

from pydantic import BaseModel, Field


class Failure(BaseModel):
    """A version that could not read the picture, and the code of its error."""

    version: int
    code: str


class ShadowReading(BaseModel):
    """What the version that did not answer read in the picture; `failure` is there where it could not read it."""

    version: int
    text: str = ""
    accepted: bool = False
    elapsed_ms: float = Field(default=0.0, ge=0)
    failure: str | None = Field(default=None, description="the code of its error")


class Trial(BaseModel):
    """`failure` is there where the version whose turn it was failed and the other one answered in its place."""

    failure: Failure | None = None
    shadow: ShadowReading | None = None
