"""The kinds of jobs that a service does: what runs each, in which queue, and what its arguments may be."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel, JsonValue, ValidationError

from longhand.contracts.jobs import Job
from longhand.servicekit.errors import Invalid


@dataclass(frozen=True)
class Kind:
    """One kind of job.

    `command` may refuse a job with a LonghandError. Where `stays_s` is not 0, the command is a program that calls
    `child.serve`: its process does one job after another, and ends when it had none for so many seconds. Jobs that
    agree in the arguments named `alike` take about as long as each other.
    """

    name: str
    queue: str
    parameters: type[BaseModel]
    command: Callable[[Job], Sequence[str]]
    environment: Mapping[str, str] = field(default_factory=dict)
    stays_s: float = 0.0
    alike: tuple[str, ...] = ()


class Kinds(dict[str, Kind]):
    """The table of kinds, by name."""

    def __init__(self, *kinds: Kind) -> None:
        super().__init__({kind.name: kind for kind in kinds})

    @property
    def queues(self) -> dict[str, tuple[str, ...]]:
        """The names of the kinds in each queue."""
        names = dict.fromkeys(kind.queue for kind in self.values())
        return {queue: tuple(kind.name for kind in self.values() if kind.queue == queue) for queue in names}

    def check(self, name: str, arguments: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
        """The arguments with what was left out; raises Invalid for what the kind does not admit."""
        if name not in self:
            raise Invalid(f"There is no kind of job {name!r}. There are: {', '.join(self)}.")
        try:
            whole = self[name].parameters.model_validate(arguments)
        except ValidationError as error:
            first = error.errors()[0]
            raise Invalid(f"{name}: {'.'.join(map(str, first['loc']))}: {first['msg']}.") from error
        values: dict[str, JsonValue] = whole.model_dump(mode="json")
        return values
