"""Errors of training, and what they and those of registry and samples mean over HTTP.

TrainingError
├── UnknownStart        422  a version to begin with that is not there, or is another kind of network
├── UnknownDataset      422  a dataset version that ingestion did not freeze
├── NothingBefore       409  a roll back where no champion came before
├── NotDecided          404  a version that was not at the gate
├── NotNamed            404  a picture that the decision on a version does not name
├── PictureMissing      404  a picture of the gate set whose data set is gone
├── NotPassed           409  a version that the gate has not let pass, promoted without a reason
├── NothingToGateBy     409  no champion, or no picture, to compare a version by
├── AlreadyServes       409  the champion itself, at the gate
├── JournalUnavailable       readings and corrections that cannot be read
├── NothingServes       409  a challenger where there is no champion
├── SameVersion         409  a challenger that is the champion
├── CanaryUnderWay      409  a challenger where another one is on trial
├── NoCanary            404  a model of which no challenger was ever on trial
├── LearnedFromErased   410  a version that learned from what a person has had erased
├── PipelineFailed           a stage of the pipeline failed
└── BrokenSource        503  the checkout lacks a file that training needs
"""

from longhand.errors import LonghandError
from longhand.recipes.errors import NotInRecipe, RecipeError, UnknownParam
from longhand.registry.errors import NotRegistered, RegistryUnavailable, StaleDeployment
from longhand.samples.errors import VersionWithdrawn


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


class NotDecided(TrainingError):
    """A version that was not at the gate."""

    code = "not_decided"


class NotNamed(TrainingError):
    """A picture that the decision on a version does not name."""

    code = "not_named"


class PictureMissing(TrainingError):
    """A picture of the gate set whose data set is gone."""

    code = "picture_missing"


class NotPassed(TrainingError):
    """A version that the gate has not let pass, promoted without a reason."""

    code = "not_passed"


class NothingToGateBy(TrainingError):
    """No champion, or no picture, to compare a version by."""

    code = "nothing_to_gate_by"


class AlreadyServes(TrainingError):
    """The champion itself, at the gate."""

    code = "already_serves"


class JournalUnavailable(TrainingError):
    """The journal, which ingestion keeps, where it cannot be read."""

    code = "journal_unavailable"


class NothingServes(TrainingError):
    """A challenger where there is no champion."""

    code = "nothing_serves"


class SameVersion(TrainingError):
    """A challenger that is the champion."""

    code = "same_version"


class CanaryUnderWay(TrainingError):
    """A challenger where another one is on trial."""

    code = "canary_under_way"


class NoCanary(TrainingError):
    """A model of which no challenger was ever on trial."""

    code = "no_canary"


class LearnedFromErased(TrainingError):
    """A version that learned from what a person has had erased."""

    code = "learned_from_erased"


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
    NotDecided: 404,
    NotNamed: 404,
    PictureMissing: 404,
    NotPassed: 409,
    NothingToGateBy: 409,
    AlreadyServes: 409,
    NothingServes: 409,
    SameVersion: 409,
    CanaryUnderWay: 409,
    NoCanary: 404,
    LearnedFromErased: 410,
    VersionWithdrawn: 410,
    NotRegistered: 404,
    StaleDeployment: 409,
    BrokenSource: 503,
    JournalUnavailable: 503,
    RegistryUnavailable: 503,
}
