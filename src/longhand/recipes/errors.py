"""Errors of recipes.

LonghandError
└── RecipeError         parameters that nothing can be trained with
    ├── UnknownParam    a parameter that the recipe of the model does not have
    └── NotInRecipe     a model that the recipe does not make
"""

from longhand.errors import LonghandError


class RecipeError(LonghandError):
    """Parameters that nothing can be trained with."""

    code = "invalid_param"


class UnknownParam(RecipeError):
    """A parameter that the recipe of the model does not have."""

    code = "unknown_param"


class NotInRecipe(RecipeError):
    """A model that the recipe does not make."""

    code = "not_in_recipe"
