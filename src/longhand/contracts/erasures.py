"""The erasure of a person's data: what is asked, what each service answers, and the record that stays."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, Field

from longhand.contracts.holdings import Subject
from longhand.contracts.readings import Task


class ReplacedDataset(BaseModel):
    """A frozen dataset version that was withdrawn, and what was frozen without the person, if anything was left."""

    withdrawn: str
    replaced_by: str | None = None


class LearnedVersion(BaseModel):
    """A version of a model that learned from what a person had erased; it serves nobody any more.

    `serving` is the version that took its place, where it served; null where it did not. It is the same version where
    there is no other.
    """

    name: str
    version: int
    serving: int | None = None


class Erased(BaseModel):
    """What a service held of a person and has deleted: how much by holding, and what that had been made into.

    `rebuild` are the tasks whose corrections are to be gathered and learned anew; `jobs` are such trainings.
    """

    held: dict[str, int] = {}
    datasets: list[ReplacedDataset] = []
    models: list[LearnedVersion] = []
    rebuild: list[Task] = []
    jobs: list[str] = []


class ErasureStep(StrEnum):
    """What is to be done, in this order. Each step is done again until it has succeeded; twice does no harm."""

    PLAN = "plan"
    GATEWAY = "gateway"
    INGESTION = "ingestion"
    TRAINING = "training"
    PREDICTION = "prediction"
    REBUILD = "rebuild"
    DONE = "done"


class Erasure(BaseModel):
    """The record of an erasure, which stays: who, when, and which versions. No text and no picture is in it.

    It covers what was sent before `at`.
    """

    id: str
    person: str
    by: str
    at: datetime
    ended_at: datetime | None = None
    step: ErasureStep = Field(default=ErasureStep.PLAN, description="what is to be done next")
    held: dict[str, dict[str, int]] = Field(default={}, description="how much was deleted, by service and holding")
    datasets: list[ReplacedDataset] = []
    models: list[LearnedVersion] = []
    rebuild: list[Task] = []
    jobs: list[str] = Field(default=[], description="the jobs with which the models learn anew, without the person")

    @property
    def subject(self) -> Subject:
        """What the record itself knows of the person: it is enough to erase anew what a restored backup brings back."""
        versions = frozenset(one.withdrawn for one in self.datasets)
        return Subject(name=self.person, until=self.at, versions=versions)

    def joined(self, service: str, answer: Erased) -> "Erasure":
        """With what a service has answered."""
        more = {
            "held": self.held | ({service: answer.held} if answer.held else {}),
            "datasets": self.datasets or answer.datasets,
            "models": self.models or answer.models,
            "rebuild": self.rebuild or answer.rebuild,
            "jobs": list(dict.fromkeys([*self.jobs, *answer.jobs])),
        }
        return self.model_copy(update=more)
