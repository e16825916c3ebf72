"""What may be asked of a picture."""

from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from longhand.contracts.lexicons import MAX_CANDIDATES, NAME, Candidate
from longhand.contracts.names import Title
from longhand.contracts.readings import DEFAULT_TASK, Task
from longhand.tasks import Charset, Effort, find

T = TypeVar("T")


class ReadingOptions(BaseModel):
    """How to read a picture."""

    model_config = ConfigDict(extra="forbid")

    task: Task = DEFAULT_TASK
    charset: Charset = Charset.FULL
    effort: Effort = Field(
        default=Effort.BEST,
        description="fast: read words and lines with a small model, in a fraction of the time; where none serves, and"
        " for characters, with the best one",
    )
    spaces: bool = Field(
        default=False, description="with a `charset` other than full: whether an answer may hold spaces as well"
    )
    lexicon: str | None = Field(
        default=None, pattern=NAME, description="the name of a list of texts, one of which stands in the picture"
    )
    candidates: list[Candidate] | None = Field(
        default=None,
        fail_fast=True,
        min_length=1,
        max_length=MAX_CANDIDATES,
        description="such a list itself, in place of a name; in a form as JSON",
    )
    strict: bool = Field(
        default=True, description="false: where none of the list fits, answer what was read without it, for review"
    )
    keep: bool = Field(default=True, description="false: read it, and keep neither picture nor reading")
    name: Title | None = Field(default=None, description="what you call the picture, as the name of its file")
    document: Title | None = Field(default=None, description="which document it comes from")
    writer: Title | None = Field(default=None, description="who wrote it, where known")

    @field_validator("lexicon", "candidates")
    @classmethod
    def _check(cls, given: T, info: ValidationInfo) -> T:
        task = info.data.get("task")
        if given is not None and task is not None and not find(task).lexicons:
            raise ValueError("a list is for words and lines: leave it out, or ask for `task=text`")
        if given is not None and info.data.get("lexicon") is not None:
            raise ValueError("name a `lexicon` or send `candidates`, not both")
        return given

    def lines(self) -> bytes:
        """The candidates, one per line."""
        return "\n".join(self.candidates or ()).encode()
