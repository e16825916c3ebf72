"""What a person gets of their data, beside what other contracts describe."""

from datetime import datetime

from pydantic import BaseModel

from longhand.contracts.corrections import Answer
from longhand.contracts.readings import Task


class OwnCorrection(BaseModel):
    """What the caller has said of a reading, their own or somebody's; `state` says how far it counts now.

    `number` orders the corrections of everybody.
    """

    number: int
    reading: str
    task: Task
    at: datetime
    answer: Answer
    text: str
    state: str
