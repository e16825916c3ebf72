"""Recipes: the parameters of a training, typed, bounded and described. Pydantic alone, so that a service can ask it."""
