"""What the prediction service has loaded."""

from pydantic import BaseModel

from longhand.contracts.models import Deployment


class LoadedModel(BaseModel):
    """A model as served: the record it follows, and the versions that are loaded, also those of single people.

    `readable` is false where the record names a champion that could not be loaded; then `champion` is the one
    that serves in its place.
    """

    name: str
    deployment: Deployment
    champion: int
    loaded: list[int]
    readable: bool


class LoadedModels(BaseModel):
    """Everything that the prediction service reads with."""

    items: list[LoadedModel]
