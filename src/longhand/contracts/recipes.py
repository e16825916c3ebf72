"""Recipes as they can be trained by: which models they make, and which of their parameters a training may change."""

from typing import Literal

from pydantic import BaseModel, Field


class RecipeParameter(BaseModel):
    """One parameter: `least` and `most` are its bounds, each but the values themselves where `open` names it."""

    name: str = Field(description="dotted, as `POST /train` takes it")
    about: str = Field(description="what it sets, in a sentence without its end")
    kind: Literal["integer", "number", "boolean", "string"]
    value: int | float | bool | str | None = Field(description="what the recipe says, or what holds where it does not")
    least: int | float | None = None
    most: int | float | None = None
    open: list[Literal["least", "most"]] = []
    choices: list[int | float | bool | str] = Field(default=[], description="all that it may be, where they are few")


class RecipeModel(BaseModel):
    """A model that a recipe makes; `sets` are those that it learns from."""

    model: str
    sets: list[str]
    parameters: list[RecipeParameter]


class RecipeDescription(BaseModel):
    """A recipe as it stands in the checkout that trains."""

    name: Literal["starter", "full"]
    models: list[RecipeModel]
