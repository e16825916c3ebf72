"""Errors of training, and what they and those of registry and samples mean over HTTP.

TrainingError
├── UnknownParam        422  a parameter that the recipe does not have, or a value of another kind
├── UnknownDataset      422  a dataset version that ingestion did not freeze
├── NothingBefore       409  a roll back where no champion came before
├── PipelineFailed           a stage of the pipeline failed
└── BrokenSource        503  the checkout lacks a file that training needs
"""

from longhand.errors import LonghandError
from longhand.registry.errors import NotRegistered, RegistryUnavailable, StaleDeployment


class TrainingError(LonghandError):
    """Something about training."""

    code = "training_error"


class UnknownParam(TrainingError):
    """A parameter that the recipe does not have, or a value of another kind."""

    code = "unknown_param"


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
    UnknownParam: 422,
    UnknownDataset: 422,
    NothingBefore: 409,
    NotRegistered: 404,
    StaleDeployment: 409,
    BrokenSource: 503,
    RegistryUnavailable: 503,
}
