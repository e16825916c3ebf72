"""Where a reading comes from: from its answer back to version, run, data and commit, and the other way round."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from longhand.contracts.models import ModelVersion
from longhand.contracts.readings import ModelReference
from longhand.tasks import Charset, Effort


class Calibration(BaseModel):
    """What makes probabilities of a network's outputs, and what is accepted; null where the version has none."""

    temperature: float | None = None
    confidence_slope: float | None = None
    confidence_offset: float | None = None
    threshold: float | None = None
    promised_error: float | None = None


class Origin(BaseModel):
    """What a version was made of, as its card and its tags in the registry say.

    `datasets` are versions of data sets. `started_from` is the version with whose weights its training began.
    """

    name: str
    version: int
    created_at: datetime
    run_id: str | None = None
    recipe: str | None = None
    commit: str | None = None
    preprocessing: str | None = None
    calibration: Calibration
    datasets: list[str] = []
    started_from: "Origin | None" = None


class LearningCurve(BaseModel):
    """How a version learned, as its run has kept it; empty where it was not trained here."""

    epochs: list[dict[str, float]] = Field(default=[], description="`epoch`, `loss` and further numbers of each epoch")
    confusion: bool = Field(default=False, description="whether there is a confusion matrix to be shown")


class DatasetUse(BaseModel):
    """A version of a data set that a model learned from; what others wrote is counted and never shown."""

    version: str
    frozen: bool = Field(description="whether ingestion holds it; otherwise a recipe made it from public sources")
    corrections: int = Field(default=0, description="people's corrections in it")
    own: int = Field(default=0, description="those of the caller's own readings among them")


class Terms(BaseModel):
    """What was asked for with the picture."""

    charset: Charset
    spaces: bool
    strict: bool
    effort: Effort
    lexicon: str | None = Field(default=None, description="the version of the lexicon, or of the candidates")


Missing = Literal["training", "ingestion"]


class Lineage(BaseModel):
    """Where a reading comes from; `missing` names the services that could not say their part."""

    id: str
    by: str
    received_at: datetime
    picture: str = Field(description="SHA-256 of the picture's bytes")
    delivered: bool
    terms: Terms
    model: ModelReference
    origin: Origin | None = None
    datasets: list[DatasetUse] = []
    missing: list[Missing] = []


class ReadingCount(BaseModel):
    """How much a version has read, and how much of that was corrected."""

    readings: int
    corrected: int


class TracedVersion(ModelVersion):
    """A version with what it has read and what it learned from; null or empty where ingestion could not say."""

    read: ReadingCount | None = None
    datasets: list[DatasetUse] = Field(default=[])
