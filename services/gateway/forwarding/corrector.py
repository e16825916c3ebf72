"""Corrections: passed to ingestion where the reading is delivered, else kept beside it until it is."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import SQLAlchemyError

from longhand.contracts.accounts import Role
from longhand.contracts.corrections import (
    CorrectionOutcome,
    CorrectionOutcomes,
    ManyCorrections,
    NewCorrection,
    is_glyph,
)
from longhand.contracts.problems import Problem
from longhand.contracts.readings import NewReading, StoredReading, Task
from longhand.errors import LonghandError
from longhand.servicekit import problems
from longhand.servicekit.errors import Forbidden, Invalid, UpstreamProblem
from longhand.servicekit.tokens import Caller
from longhand.servicekit.upstream import Upstream
from longhand.tasks import find
from services.gateway.errors import NotCorrected, NotOneGlyph, UnknownReading
from services.gateway.forwarding.vocabularies import Vocabularies
from services.gateway.identity.audit import Now, utc_now
from services.gateway.intake.idempotency import Answers, fingerprint
from services.gateway.intake.outbox import Outbox
from services.gateway.intake.pending import Pending, amend
from services.gateway.intake.shelf import Shelf


@dataclass(frozen=True)
class _Waiting:
    """A reading that ingestion does not know yet, or whose earlier corrections it does not know."""

    owner: str
    task: Task
    reading: NewReading | None


class Corrector:
    """Corrects readings for callers, one or many; what is answered without a problem is safe."""

    def __init__(
        self,
        ingestion: Upstream,
        outbox: Outbox,
        shelf: Shelf,
        answers: Answers,
        vocabularies: Vocabularies,
        now: Now = utc_now,
    ) -> None:
        self._ingestion = ingestion
        self._vocabularies = vocabularies
        self._outbox = outbox
        self._shelf = shelf
        self._answers = answers
        self._now = now

    async def correct(self, caller: Caller, id: str, given: NewCorrection | None, key: str | None) -> bytes:
        """The reading as it stands then, as JSON; without `given` the correction that stands is taken back.

        With `key` it is done once. Raises UnknownReading, NotOneGlyph, NotCorrected, Forbidden, OutboxFull and
        OutboxUnwritable.
        """
        if key is None:
            return _to_json(await self._correct(caller, id, given, secrets.token_hex(16)))
        sent = fingerprint("correction", id, _text_of(given))
        name = fingerprint(caller.name, key, sent)[:32]
        return await self._answers.once(caller.name, key, sent, lambda: _dumped(self._correct(caller, id, given, name)))

    async def correct_many(self, caller: Caller, given: ManyCorrections, key: str | None) -> bytes:
        """What became of each, as JSON; with `key` each is done once."""
        if key is None:
            return _to_json(await self._each(caller, given, secrets.token_hex(16)))
        sent = fingerprint("corrections", given.model_dump_json())
        name = fingerprint(caller.name, key, sent)
        return await self._answers.once(caller.name, key, sent, lambda: _dumped(self._each(caller, given, name)))

    async def _each(self, caller: Caller, given: ManyCorrections, name: str) -> CorrectionOutcomes:
        outcomes = []
        for place, item in enumerate(given.items):  # one after the other: two may be of one reading
            try:
                key = fingerprint(name, str(place))[:32]
                reading = await self._correct(caller, item.id, _checked(item.correction), key)
            except LonghandError as error:
                problem = Problem.model_validate_json(bytes(problems.of_error(error).body))
                outcomes.append(CorrectionOutcome(id=item.id, status=problem.status, problem=problem))
            else:
                outcomes.append(CorrectionOutcome(id=item.id, status=200, correction=reading.correction))
        return CorrectionOutcomes(items=outcomes)

    async def _correct(self, caller: Caller, id: str, given: NewCorrection | None, name: str) -> StoredReading:
        if (waiting := await self._find(id)) is None:
            return await self._forward(caller, id, given, name)
        self._check(waiting, caller, id, given, name)
        pending = Pending(
            key=name, reading=id, owner=waiting.owner, task=waiting.task,
            by=caller.name, role=caller.role, at=self._now(), correction=given,
        )  # fmt: skip
        await self._outbox.correct(pending)
        if waiting.reading is not None:
            return amend(StoredReading.model_validate(dict(waiting.reading)), [pending])
        known = await self._ingestion.request("GET", f"/readings/{id}", caller)
        return amend(StoredReading.model_validate_json(known.content), [pending])

    async def _find(self, id: str) -> _Waiting | None:
        if reading := await self._outbox.find(id) or await self._find_shelved(id):
            return _Waiting(reading.by, reading.task, reading)
        if corrections := self._outbox.corrections(id):
            return _Waiting(corrections[-1].owner, corrections[-1].task, None)
        return None

    async def _find_shelved(self, id: str) -> NewReading | None:
        try:
            return await asyncio.to_thread(self._shelf.find, id)
        except SQLAlchemyError:
            return None

    def _check(self, waiting: _Waiting, caller: Caller, id: str, given: NewCorrection | None, name: str) -> None:
        """Raises what ingestion would raise."""
        if waiting.owner != caller.name and not caller.may(Role.REVIEWER):
            raise UnknownReading(f"You have no reading {id}.")
        if given is not None:
            if given.text is not None and find(waiting.task).single and not is_glyph(given.text):
                raise NotOneGlyph(f"The picture shows one character, and {given.text!r} has several: send that one.")
            return
        corrections = self._outbox.corrections(id)
        if any(one.key == name for one in corrections):
            return
        last = corrections[-1] if corrections else None
        if last is None or last.correction is None:
            raise NotCorrected(f"No correction of the reading {id} stands, so there is none to withdraw.")
        if last.by != caller.name and not caller.may(Role.REVIEWER):
            raise Forbidden("Only reviewers take back a correction that somebody else made: correct it in its place.")

    async def _forward(self, caller: Caller, id: str, given: NewCorrection | None, name: str) -> StoredReading:
        try:
            answer = await deliver(self._ingestion, caller, id, given, name)
        except UpstreamProblem as error:
            if error.problem.status == 404:
                raise UnknownReading(f"You have no reading {id}.") from error
            raise
        self._vocabularies.forget(caller.name)
        return StoredReading.model_validate_json(answer)


async def deliver(
    ingestion: Upstream, caller: Caller, id: str, given: NewCorrection | None, name: str, at: str | None = None
) -> bytes:
    """Tells ingestion of a correction, or without one that the last is taken back; by its name it counts once."""
    path, headers = f"/readings/{id}/correction", {"Idempotency-Key": name}
    if given is None:
        return (await ingestion.request("DELETE", path, caller, headers=headers)).content
    content = given.model_dump(mode="json", exclude_none=True) | ({"at": at} if at else {})
    return (await ingestion.request("POST", path, caller, headers=headers, json=content)).content


def _checked(make: Callable[[], NewCorrection]) -> NewCorrection:
    try:
        return make()
    except ValidationError as error:
        found = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise Invalid(f"This cannot be a correction: {found}.") from error


def _text_of(given: NewCorrection | None) -> str:
    return given.model_dump_json() if given else ""


async def _dumped(made: Awaitable[BaseModel]) -> bytes:
    return _to_json(await made)


def _to_json(made: BaseModel) -> bytes:
    return made.model_dump_json().encode()
