"""Follows the registry: load → check → warm → swap → drop, without failing a reading."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace

from longhand.contracts.models import Deployment, Standing
from services.prediction.deployment.adapters import Adapters
from services.prediction.deployment.loader import BundleLoader
from services.prediction.deployment.retries import Retries
from services.prediction.deployment.served import Served
from services.prediction.deployment.slots import ServedModels, ServingSlot
from services.prediction.errors import NotReady
from services.prediction.metrics import ReadingMetrics

log = logging.getLogger(__name__)


class Watcher:
    """Brings the served models to what the records say, one model after the other.

    A record is applied only where its epoch is higher than that of the one that serves. What cannot be loaded
    is tried again later; until then the old champion stays.
    """

    def __init__(
        self,
        loader: BundleLoader,
        served: ServedModels,
        metrics: ReadingMetrics,
        names: Iterable[str],
        retries: Retries,
        adapters: Adapters,
    ) -> None:
        self._loader, self._served, self._metrics, self._adapters = loader, served, metrics, adapters
        self._names, self._retries = tuple(names), retries
        self._looked = self._away = False
        self._damaged: set[str] = set()

    async def run(self, interval: float) -> None:
        """Serve from disk at once, then follow the registry until cancelled, looking every `interval` seconds."""
        try:
            await _survive(self.restore)
            while True:
                await _survive(self.look)
                await asyncio.sleep(interval)
        finally:
            await self._served.pool.close()

    async def restore(self) -> None:
        """Serve what served last, as far as it is whole on this disk."""
        for name in self._names:
            if known := await asyncio.to_thread(self._loader.cache.recall_people, name):
                self._served.people.apply(name, known)
            if record := await asyncio.to_thread(self._loader.cache.recall, name):
                with suppress(NotLoaded):
                    await self._apply(name, record)

    async def look(self) -> None:
        """Read once what the registry says, and apply what is newer."""
        if (standings := await self._ask()) is not None:
            for name in self._names:
                if (standing := standings.get(name, Standing())) is not None:
                    await self._follow(name, standing)
        self._looked = True

    async def check(self) -> None:
        """Raises NotReady until every model that a record names is loaded, or an older version stands in for it."""
        missing = [name for name in self._retries.names() if name not in self._served.slots]
        if missing:
            raise NotReady(f"Not loaded yet: {', '.join(missing)}.")
        if not self._looked or not self._served.slots:
            raise NotReady("No model is loaded yet; promote one, or wait for the registry.")

    async def _ask(self) -> Mapping[str, Standing | None] | None:
        try:
            standings = await asyncio.to_thread(self._loader.registry.standings)
        except Exception as error:
            if not self._away:
                log.warning("The registry is away; what is loaded keeps serving: %s", error)
            self._tell_away(True)
            return None
        self._tell_away(False)
        self._tell_damaged({name for name in self._names if standings.get(name, Standing()) is None})
        return standings

    def _tell_away(self, away: bool) -> None:
        self._away = away
        self._metrics.show_registry(not away)

    def _tell_damaged(self, damaged: set[str]) -> None:
        """Say once of each model that its record cannot be read."""
        for name in sorted(damaged - self._damaged):
            log.error("The tags of %s in MLflow are damaged. Restore them; what is loaded keeps serving.", name)
        self._damaged = damaged

    async def _follow(self, name: str, standing: Standing) -> None:
        """Apply what is newer for one model."""
        if standing.deployment and self._is_due(name, standing.deployment):
            with suppress(NotLoaded):
                await self._apply(name, standing.deployment)
        if standing.cursor != self._served.people.cursor(name):
            await self._follow_people(name, standing.cursor)
        await self._follow_adapters(name)

    async def _follow_people(self, name: str, cursor: int) -> None:
        """A cursor that went back is that of another registry: what was known of people is read anew."""
        known = self._served.people.cursor(name)
        anew = cursor < known
        try:
            changes = await asyncio.to_thread(self._loader.registry.personal, name, 0 if anew else known)
        except Exception as error:
            log.warning("What changed among people's versions of %s cannot be read yet: %s", name, error)
            return
        self._served.people.apply(name, changes, anew)
        await asyncio.to_thread(self._loader.cache.remember_people, name, self._served.people.state(name))

    async def _follow_adapters(self, name: str) -> None:
        wanted = self._served.people.adapters(name)
        if await asyncio.to_thread(self._adapters.missing, name, wanted):
            await asyncio.to_thread(self._adapters.follow, name, wanted)
        self._metrics.show_people(name, len(wanted))

    def _is_due(self, name: str, record: Deployment) -> bool:
        if self._retries.pending(name, record.epoch):
            return self._retries.due(name)
        slot = self._served.slots.get(name)
        return slot is None or record.epoch > slot.deployment.epoch

    async def _apply(self, name: str, record: Deployment) -> None:
        """Swap whole: a reading sees the old slot or the new one; raises NotLoaded where the old one has to stay."""
        before = self._served.slots.get(name)
        try:
            champion = await self._bring(name, record.champion)
        except NotLoaded:
            self._refuse(name, record, before)
            raise
        challenger = await self._challenge(name, record)
        slot = self._served.slots[name] = ServingSlot(record, champion, challenger)
        self._served.pool.release(name, {served.version for served in slot.versions})
        self._metrics.show_readable(name, True)
        self._metrics.show_model(name, champion.version, record.epoch)
        former = {before.champion.version} - {*record.withdrawn} if before else set()
        # What the pool drops it removes from the disk itself. After a restart it is empty, and the disk is not.
        own = self._served.pool.pinned(name) | self._served.people.versions(name)
        await asyncio.to_thread(self._keep, name, record, {champion.version, record.challenger, *former, *own})

    def _refuse(self, name: str, record: Deployment, before: ServingSlot | None) -> None:
        self._metrics.show_readable(name, False)
        self._retries.postpone(name, record.epoch)
        if before:
            self._served.slots[name] = replace(before, readable=False)

    async def _challenge(self, name: str, record: Deployment) -> Served | None:
        """The challenger where there is one; one that cannot be loaded must not hold up a champion."""
        try:
            challenger = await self._bring(name, record.challenger) if record.challenger else None
        except NotLoaded:
            self._retries.postpone(name, record.epoch)
            return None
        self._retries.forget(name)
        return challenger

    async def _bring(self, name: str, version: int) -> Served:
        slot = self._served.slots.get(name)
        if slot and (served := slot.find(version)):
            return served
        try:
            return await asyncio.to_thread(self._loader.bring, name, version)
        except Exception as error:
            log.error("%s version %s cannot be loaded; what is loaded keeps serving: %s", name, version, error)
            raise NotLoaded from error

    def _keep(self, name: str, record: Deployment, versions: set[int | None]) -> None:
        self._loader.cache.remember(name, record)
        self._loader.keep_only(name, {version for version in versions if version is not None})


class NotLoaded(Exception):
    """A version could not be loaded; the log says why."""


async def _survive(step: Callable[[], Awaitable[None]]) -> None:
    """A full disk must not end the watch."""
    try:
        await step()
    except Exception:
        log.exception("Following the deployment records failed; it goes on.")
