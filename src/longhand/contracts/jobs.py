"""Work that takes longer than a request."""

from datetime import datetime
from enum import StrEnum
from math import isfinite
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue

from longhand.contracts.models import ModelName
from longhand.contracts.readings import DEFAULT_TASK, Task
from longhand.tasks import DEFAULT


def _check_finite(value: int | float | str | bool) -> int | float | str | bool:
    if isinstance(value, float) and not isfinite(value):
        raise ValueError("a parameter must be a finite number")
    return value


Param = Annotated[int | float | str | bool, AfterValidator(_check_finite)]
"""The value of a recipe's parameter. JSON as Python reads it may hold NaN and Infinity; a recipe may not."""


ARCHIVE_NAME = r"^[^\x00-\x1f\x7f/\\]{1,128}$"
"""What the content of an archive may be called."""


class JobStatus(StrEnum):
    """Where a job stands; the last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobError(BaseModel):
    """Why a job failed."""

    code: str
    message: str


class Job(BaseModel):
    """A job; its id starts with the prefix of the service that runs it (`ing-`, `trn-`)."""

    id: str
    kind: str
    status: JobStatus
    arguments: dict[str, JsonValue] = {}
    by: str
    attempt: int = 0
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    progress: dict[str, JsonValue] = {}
    result: dict[str, JsonValue] | None = None
    error: JobError | None = None
    cancelling: bool = Field(default=False, description="whether it runs and is about to be cancelled")
    joined: bool = Field(
        default=False, description="whether the request asked for work that waited already: this job does it for both"
    )
    follow_up: str | None = Field(default=None, description="the job that this one queued when it succeeded")
    remaining_s: float | None = Field(
        default=None, description="seconds that a running job will take yet, where its progress or earlier jobs say so"
    )


class IngestRequest(BaseModel):
    """Which data to take in: a data set of the catalogue, a folder below the imports directory, or an archive."""

    model_config = ConfigDict(extra="forbid")

    dataset: str | None = Field(default=None, description="a name from the catalogue, for example `digits`")
    folder: str | None = Field(default=None, description="a folder below the imports directory")
    archive: str | None = Field(
        default=None,
        pattern="^[0-9a-f]{64}$",
        description="the SHA-256 of an archive that came with `POST /ingest/archive` and was not taken in yet",
    )
    name: str | None = Field(
        default=None,
        pattern=ARCHIVE_NAME,
        description="what the dataset version of an archive is called",
    )
    format: str | None = Field(
        default=None, description="how the folder is laid out, for example `iam` or `pages`; found out where absent"
    )
    options: dict[str, JsonValue] = Field(default={}, description="options of the format, for example `unit` of `iam`")
    unreadable: Literal["skip", "refuse"] = Field(
        default="skip", description="what to do with files that cannot be read: leave them out, or fail the job"
    )


class TrainRequest(BaseModel):
    """Which model to train, by which recipe, with which changes to its parameters."""

    model_config = ConfigDict(extra="forbid")

    model: ModelName = ModelName(DEFAULT.model)
    recipe: Literal["starter", "full"] = "starter"
    params: dict[str, Param] = Field(
        default={}, description="parameters to change, by dotted name, for example `text.fit.epochs`"
    )
    start_from: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9_-]{1,64}/[1-9][0-9]{0,8}$",
        description="a registered version of the model whose weights the training begins with, for example `text/3`",
    )
    datasets: list[str] = Field(default=[], description="dataset versions to train on beside the recipe's own")


class AdaptRequest(BaseModel):
    """Whose hand a task's models are to be adapted to; without a `user`, only what adapting needs is made ready."""

    model_config = ConfigDict(extra="forbid")

    task: Task = DEFAULT_TASK
    user: str | None = Field(default=None, min_length=1, max_length=128)


class FineTuneRequest(BaseModel):
    """Which model is to learn from which dataset version of corrections; it starts from its last full version."""

    model_config = ConfigDict(extra="forbid")

    model: ModelName
    dataset: str = Field(pattern="^[0-9a-f]{64}$", description="a dataset version of corrections")
    steps: int | None = Field(
        default=None, ge=1, le=100_000, description="batches to learn from; as many as are usual where absent"
    )
