"""Errors of training, and what they and those of registry and samples mean over HTTP.

TrainingError
├── UnknownStart        422  a version to begin with that is not there, or is another kind of network
├── UnknownDataset      422  a dataset version that ingestion did not freeze
├── NothingBefore       409  a roll back where no champion came before
├── PipelineFailed           a stage of the pipeline failed
└── BrokenSource        503  the checkout lacks a file that training needs
"""

from longhand.errors import LonghandError
from longhand.recipes.errors import NotInRecipe, RecipeError, UnknownParam
from longhand.registry.errors import NotRegistered, RegistryUnavailable, StaleDeployment


class TrainingError(LonghandError):
    """Something about training."""

    code = "training_error"


class UnknownStart(TrainingError):
    """A version to begin with that is not there, or is another kind of network."""

    code = "unknown_start"


class UnknownDataset(TrainingError):
    """A dataset version that ingestion did not freeze."""

    code = "unknown_dataset"


class NothingBefore(TrainingError):
    """A roll back where no champion came before."""

    code = "nothing_before"


class PipelineFailed(TrainingError):
    """A stage of the pipeline failed."""

    code = "pipeline_failed"


class BrokenSource(TrainingError):
    """The checkout lacks a file that training needs."""

    code = "broken_source"


STATUS: dict[type[LonghandError], int] = {
    RecipeError: 422,
    UnknownParam: 422,
    NotInRecipe: 422,
    UnknownStart: 422,
    UnknownDataset: 422,
    NothingBefore: 409,
    NotRegistered: 404,
    StaleDeployment: 409,
    BrokenSource: 503,
    RegistryUnavailable: 503,
}
