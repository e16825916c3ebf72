"""What the prediction service has loaded."""

from pydantic import BaseModel

from longhand.contracts.models import Deployment


class ServedModel(BaseModel):
    """A model as served: the record it follows, and the versions that are loaded.

    `readable` is false where the record names a champion that could not be loaded; then `champion` is the one
    that serves in its place.
    """

    name: str
    deployment: Deployment
    champion: int
    loaded: list[int]
    readable: bool


class ServedModels(BaseModel):
    """Everything that the prediction service reads with."""

    items: list[ServedModel]
