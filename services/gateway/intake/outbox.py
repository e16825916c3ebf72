"""Readings that were accepted and are not delivered yet, and what was corrected in them meanwhile."""

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

from longhand.contracts.readings import NewReading
from services.gateway.errors import OutboxFull, OutboxUnwritable
from services.gateway.intake.pending import Pending, PendingSpool
from services.gateway.intake.spool import Spool


@dataclass(frozen=True)
class Entry:
    """A reading that waits for its delivery, or corrections of one that waits elsewhere.

    `since` is seconds since 1970.
    """

    id: str
    by: str
    since: float


class Outbox:
    """Accepts readings up to a limit, refuses more, and loses none."""

    def __init__(self, spool: Spool, pending: PendingSpool, limit: int) -> None:
        self._spool = spool
        self._pending = pending
        self._limit = limit
        self._entries: dict[str, Entry] = {}
        self._corrections: dict[str, list[Pending]] = {}
        self._writing: dict[str, asyncio.Task[None]] = {}
        self._drafts = 0
        self._waiting: asyncio.Queue[Entry] = asyncio.Queue()

    async def open(self) -> None:
        """Takes up what an earlier process left. Raises OutboxBusy."""
        for reading in await asyncio.to_thread(self._spool.open):
            self._enter(reading)
        for pending in await asyncio.to_thread(self._pending.load):
            self._wait(pending)

    def close(self) -> None:
        """Gives the folder free; entries stay for the next process."""
        self._spool.close()

    @property
    def name(self) -> str:
        """By which this outbox is known among those of other gateways."""
        return self._spool.name

    def ids(self) -> set[str]:
        """The readings that wait."""
        return set(self._entries)

    def waiting_since(self, moment: float) -> list[str]:
        """The readings that were received at this moment or before, in seconds since 1970."""
        return [entry.id for entry in self._entries.values() if entry.since <= moment]

    def __len__(self) -> int:
        return len(self._entries)

    def oldest(self) -> float | None:
        """Since when the oldest entry waits, in seconds since 1970."""
        return min((entry.since for entry in tuple(self._entries.values())), default=None)

    def refused(self) -> int:
        """How many readings ingestion refused for good; they lie in `refused/`."""
        return self._spool.refused()

    async def find(self, id: str) -> NewReading | None:
        """The reading, where it is not delivered yet."""
        if id not in self._entries:
            return None
        with contextlib.suppress(FileNotFoundError):
            return await asyncio.to_thread(self._spool.reading, id)
        return None

    def draft(self, id: str, picture: bytes) -> "Draft":
        """Takes a place and starts writing the picture. Raises OutboxFull where no place is left."""
        if len(self._entries) + self._drafts >= self._limit:
            raise OutboxFull(
                "Too many readings wait for their delivery to the journal. Try again in a moment, or send "
                "keep=false to read without keeping.",
            )
        return Draft(self, self._spool, id, picture)

    async def take(self) -> Entry:
        """Waits for an entry to deliver. The taker settles it, refuses it or puts it back."""
        return await self._waiting.get()

    async def load(self, id: str) -> tuple[NewReading, bytes] | None:
        """The reading and the picture as it was sent, where they are not delivered yet."""
        if id not in self._entries:
            return None
        with contextlib.suppress(FileNotFoundError):
            return await asyncio.to_thread(self._load, id)
        return None

    async def correct(self, pending: Pending) -> None:
        """Keeps a correction, durably, until its reading is delivered; once, however often it comes.

        Raises OutboxFull and OutboxUnwritable.
        """
        known = self._corrections.get(pending.reading, [])
        if any(one.key == pending.key for one in known):
            return
        if sum(map(len, self._corrections.values())) >= self._limit:
            raise OutboxFull("Too many corrections wait for their delivery to the journal. Try again in a moment.")
        # Before the write: from here on a delivery of the reading does not forget it.
        self._wait(pending)
        writing = self._writing[pending.key] = asyncio.create_task(asyncio.to_thread(self._pending.write, pending))
        writing.add_done_callback(lambda _: self._writing.pop(pending.key))
        try:
            await asyncio.shield(writing)
        except OSError as error:
            self._forget(pending)
            raise _unwritable(error) from error

    def corrections(self, id: str) -> list[Pending]:
        """The corrections of a reading that wait, oldest first."""
        return list(self._corrections.get(id, []))

    async def next_correction(self, id: str) -> Pending | None:
        """The oldest correction of a reading, once it is safe on disk; none where there is none."""
        while waiting := self._corrections.get(id):
            if (writing := self._writing.get(waiting[0].key)) is None:
                return waiting[0]
            await asyncio.wait([writing])
        return None

    async def settle_correction(self, pending: Pending) -> None:
        """The correction is delivered: forgets it."""
        await asyncio.to_thread(self._pending.discard, pending)
        self._forget(pending)

    async def refuse_correction(self, pending: Pending) -> None:
        """The correction will never be taken: sets it aside for a person."""
        await asyncio.to_thread(self._pending.set_aside, pending)
        self._forget(pending)

    async def settle(self, entry: Entry) -> bool:
        """The entry is delivered: forgets it. False while corrections of it are to be delivered first."""
        if not self._corrections.get(entry.id):
            await asyncio.to_thread(self._spool.discard, entry.id)
        if self._corrections.get(entry.id):  # one may have come meanwhile
            return False
        self._entries.pop(entry.id, None)
        return True

    async def refuse(self, entry: Entry) -> None:
        """The entry will never be taken: sets it aside for a person, with what was corrected in it."""
        await asyncio.to_thread(self._spool.set_aside, entry.id)
        for pending in self.corrections(entry.id):
            await self.refuse_correction(pending)
        self._entries.pop(entry.id, None)

    def put_back(self, entry: Entry) -> None:
        """The delivery failed: the entry waits again."""
        self._waiting.put_nowait(entry)

    def of(self, name: str, pictures: frozenset[str], until: datetime | None = None) -> list[str]:
        """The places of an account's entries, as Spool.of and PendingSpool.of give them."""
        return list(dict.fromkeys([*self._spool.of(name, pictures, until), *self._pending.of(name, until)]))

    def drop(self, place: str) -> None:
        """Deletes the entry at a place that `of` gave."""
        self._entries.pop(place, None)
        self._corrections.pop(place, None)
        self._spool.discard(place)
        self._pending.drop(place.removeprefix("refused/"))

    def _enter(self, reading: NewReading) -> None:
        entry = Entry(reading.id, reading.by, reading.received_at.timestamp())
        if reading.id not in self._entries:
            self._waiting.put_nowait(entry)
        self._entries[reading.id] = entry

    def _wait(self, pending: Pending) -> None:
        self._corrections.setdefault(pending.reading, []).append(pending)
        if pending.reading not in self._entries:
            entry = Entry(pending.reading, pending.owner, pending.at.timestamp())
            self._entries[pending.reading] = entry
            self._waiting.put_nowait(entry)

    def _forget(self, pending: Pending) -> None:
        left = [one for one in self._corrections.get(pending.reading, []) if one.key != pending.key]
        if left:
            self._corrections[pending.reading] = left
        else:
            self._corrections.pop(pending.reading, None)

    def _load(self, id: str) -> tuple[NewReading, bytes]:
        return self._spool.reading(id), self._spool.picture(id)

    def _reserve(self, places: int) -> None:
        self._drafts += places


class Draft:
    """An entry in the making: inside `async with` the picture is being written while prediction runs.

    Leaving without `keep` removes the picture and frees the place.
    """

    def __init__(self, outbox: Outbox, spool: Spool, id: str, picture: bytes) -> None:
        self._outbox = outbox
        self._spool = spool
        self._id = id
        self._kept = False
        outbox._reserve(1)
        self._picture = asyncio.create_task(asyncio.to_thread(spool.write_picture, id, picture))

    async def __aenter__(self) -> Self:
        return self

    async def digest(self) -> str:
        """SHA-256 of the picture, once it is safe on disk. Raises OutboxUnwritable."""
        try:
            return await asyncio.shield(self._picture)
        except OSError as error:
            raise _unwritable(error) from error

    async def keep(self, reading: NewReading) -> None:
        """Makes the entry, durably. Raises OutboxUnwritable."""
        self._kept = True  # before the write: a cancelled request must not remove what is being made
        try:
            await asyncio.to_thread(self._spool.complete, reading)
        except OSError as error:
            self._kept = False
            raise _unwritable(error) from error
        self._outbox._enter(reading)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._outbox._reserve(-1)
        if not self._kept:
            await asyncio.wait([self._picture])
            await asyncio.to_thread(self._spool.discard, self._id)


def _unwritable(error: OSError) -> OutboxUnwritable:
    return OutboxUnwritable(f"The reading cannot be kept: the outbox cannot be written ({error.strerror}).")
