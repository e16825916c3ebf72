"""A picture is read: asked of prediction while it is being written to the outbox, answered once it is safe."""

import secrets
import time

from pydantic import ValidationError

from longhand.contracts.lexicons import LexiconMatch
from longhand.contracts.readings import MeasuredReading, NewReading, Reading
from longhand.servicekit.errors import Unavailable
from longhand.servicekit.tokens import Caller
from longhand.tasks import Effort
from services.gateway.forwarding.asking import Prediction
from services.gateway.identity.audit import Now, utc_now
from services.gateway.intake.idempotency import Answers, fingerprint
from services.gateway.intake.options import ReadingOptions
from services.gateway.intake.outbox import Outbox
from services.gateway.intake.uploads import Upload
from services.gateway.metrics import GatewayMetrics


class Reader:
    """Reads pictures for callers; what is to be kept is in the outbox before it is answered."""

    def __init__(
        self,
        prediction: Prediction,
        outbox: Outbox,
        answers: Answers,
        metrics: GatewayMetrics,
        now: Now = utc_now,
    ) -> None:
        self._prediction = prediction
        self._outbox = outbox
        self._answers = answers
        self._metrics = metrics
        self._now = now

    async def read(self, caller: Caller, upload: Upload, key: str | None = None) -> bytes:
        """The Reading as JSON; with `key` the same answer again, and the same id even after a restart."""
        if key is None:
            return await self._read(caller, upload, _new_id())
        sent = fingerprint(upload.picture, upload.options.model_dump_json())
        id = fingerprint(caller.name, key, sent)[:32]
        return await self._answers.once(caller.name, key, sent, lambda: self._again(caller, upload, id))

    async def _again(self, caller: Caller, upload: Upload, id: str) -> bytes:
        if (known := await self._outbox.find(id)) and known.by == caller.name:
            return _answer(known)
        return await self._read(caller, upload, id)

    async def _read(self, caller: Caller, upload: Upload, id: str) -> bytes:
        keep = upload.options.keep
        reading = await (self._keep if keep else self._ask)(caller, upload, id)
        self._metrics.count_reading(reading, kept=keep)
        return _answer(reading)

    async def _keep(self, caller: Caller, upload: Upload, id: str) -> Reading:
        received = self._now()
        async with self._outbox.draft(id, upload.picture) as draft:
            reading = await self._ask(caller, upload, id)
            stored = NewReading(
                **dict(reading),
                by=caller.name,
                received_at=received,
                picture=await draft.digest(),
                **upload.options.model_dump(include={"charset", "spaces", "strict", "name", "document", "writer"}),
            )
            await draft.keep(stored)
        return reading

    async def _ask(self, caller: Caller, upload: Upload, id: str) -> MeasuredReading:
        options = upload.options
        fields = {"id": id, "task": options.task.value, "charset": options.charset.value}
        if options.spaces:
            fields["spaces"] = "true"
        if options.effort is not Effort.BEST:
            fields["effort"] = options.effort.value
        answer = await self._prediction.read(caller, upload, fields)
        try:
            reading = MeasuredReading.model_validate_json(answer.content)
        except ValidationError as error:
            raise _no_reading() from error
        return reading.model_copy(update={"id": id, "lexicon": _named(reading, options)})


def _named(reading: Reading, options: ReadingOptions) -> LexiconMatch | None:
    """What the lexicon made of it, with the name that was asked for.

    Raises Unavailable where a lexicon was asked for and not heeded: what was read may lie outside of it.
    """
    if options.lexicon is None and options.candidates is None:
        return None
    if reading.lexicon is None:
        raise _no_reading()
    return reading.lexicon.model_copy(update={"name": options.lexicon})


def _no_reading() -> Unavailable:
    return Unavailable("The prediction service gave no reading: try again in a moment.")


def _answer(reading: Reading) -> bytes:
    return reading.model_dump_json(include=set(Reading.model_fields) | {"predicted_text"}).encode()


def _new_id() -> str:
    """32 hexadecimal digits, the first twelve the time in milliseconds, so that ids sort by age."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"
