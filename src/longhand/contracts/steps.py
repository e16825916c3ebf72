"""What becomes of a correction: the steps from the person who makes it to the model that answers everybody."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, Field


class Stage(StrEnum):
    """The steps, in their order; the first three serve one person, the others everybody."""

    RECEIVED = "received"
    VOCABULARY = "vocabulary"
    OWN_MODEL = "own_model"
    DATASET = "dataset"
    VERSION = "version"
    SERVING = "serving"


class StageState(StrEnum):
    """`waiting`: it comes. `ended`: it was tried, and nothing came of it. `skipped`: it is no step of this correction.
    `unknown`: the service that knows is away."""

    DONE = "done"
    WAITING = "waiting"
    ENDED = "ended"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"


class StageReason(StrEnum):
    """Why a step waits, has ended or is skipped.

    `undecided`: a second person is to say the same, or people disagree. `untrusted`: reviewers have not confirmed
    enough of what this person corrects. `judges`: the picture is of the half that new versions are judged by.
    """

    UNDELIVERED = "undelivered"
    NO_WORDS = "no_words"
    DELETED = "deleted"
    NOT_YOURS = "not_yours"
    NO_TEXT = "no_text"
    ADAPTING = "adapting"
    REFUSED = "refused"
    FORGOTTEN = "forgotten"
    UNDECIDED = "undecided"
    UNTRUSTED = "untrusted"
    JUDGES = "judges"
    GATHERING = "gathering"
    LEARNING = "learning"
    JUDGING = "judging"
    APPROVED = "approved"
    TRYING = "trying"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"


class CorrectionStep(BaseModel):
    """One step. `detail` is the dataset version, the model version's number, or the sentence why it was refused."""

    stage: Stage
    state: StageState
    reason: StageReason | None = None
    detail: str = ""
    at: datetime | None = Field(default=None, description="when it was taken, where that is known")


class CorrectionSteps(BaseModel):
    """How far the correction of a reading has come; without one there are no steps.

    `settled`: nothing of it is going to change by itself.
    """

    id: str
    corrected_at: datetime | None = None
    settled: bool = True
    steps: list[CorrectionStep] = []


class CorrectionPart(StrEnum):
    """What a correction is for everybody's models."""

    TEACHES = "teaches"
    JUDGES = "judges"
    UNTRUSTED = "untrusted"
    UNDECIDED = "undecided"
    NO_TEXT = "no_text"


class WordsUse(StrEnum):
    """What a correction is for its maker's vocabulary: `none` where it holds no word that a vocabulary takes."""

    LEARNED = "learned"
    DELETED = "deleted"
    NONE = "none"


class CorrectionUse(BaseModel):
    """What ingestion knows of a correction that stands: `taken_at` is when the journal took it, `gathering` the first
    one whose dataset version holds its picture."""

    taken_at: datetime
    words: WordsUse
    part: CorrectionPart
    gathering: int | None = None
    dataset: str | None = None
    gathered_at: datetime | None = None
