"""Follows the deployment records: load → check → warm → swap → drop, without failing a reading."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import replace

from longhand.contracts.models import Deployment
from services.prediction.deployment.loader import Dock
from services.prediction.deployment.retries import Retries
from services.prediction.deployment.slots import Post, Roster, Served
from services.prediction.errors import NotReady
from services.prediction.metrics import ReadingMetrics

log = logging.getLogger(__name__)


class Watcher:
    """Brings the roster to what the records say, one model after the other.

    A record is applied only where its epoch is higher than that of the one that serves. What cannot be loaded
    is tried again later; until then the old champion stays.
    """

    def __init__(
        self, dock: Dock, roster: Roster, metrics: ReadingMetrics, names: Iterable[str], retries: Retries
    ) -> None:
        self._dock, self._roster, self._metrics = dock, roster, metrics
        self._names, self._retries = tuple(names), retries
        self._looked = self._away = False

    async def run(self, interval: float) -> None:
        """Serve from disk at once, then follow the records until cancelled, looking every `interval` seconds."""
        await _survive(self.restore)
        while True:
            await _survive(self.look)
            await asyncio.sleep(interval)

    async def restore(self) -> None:
        """Serve what served last, as far as it is whole on this disk."""
        for name in self._names:
            if record := await asyncio.to_thread(self._dock.cache.recall, name):
                with suppress(NotLoaded):
                    await self._apply(name, record)

    async def look(self) -> None:
        """Read the records once and apply those that are newer."""
        for name in self._names:
            if (record := await self._record(name)) and self._wanted(name, record):
                with suppress(NotLoaded):
                    await self._apply(name, record)
        self._looked = True

    async def check(self) -> None:
        """Raises NotReady until every model that a record names is loaded, or an older version stands in for it."""
        missing = [name for name in self._retries.names() if name not in self._roster.posts]
        if missing:
            raise NotReady(f"Not loaded yet: {', '.join(missing)}.")
        if not self._looked or not self._roster.posts:
            raise NotReady("No model is loaded yet; promote one, or wait for the registry.")

    async def _record(self, name: str) -> Deployment | None:
        try:
            record = await asyncio.to_thread(self._dock.registry.deployment, name)
        except Exception as error:
            if not self._away:
                log.warning("The registry is away; what is loaded keeps serving: %s", error)
            self._away = True
            return None
        self._away = False
        return record

    def _wanted(self, name: str, record: Deployment) -> bool:
        if self._retries.pending(name, record.epoch):
            return self._retries.due(name)
        post = self._roster.posts.get(name)
        return post is None or record.epoch > post.deployment.epoch

    async def _apply(self, name: str, record: Deployment) -> None:
        """Swap whole: a reading sees the old post or the new one; raises NotLoaded where the old one has to stay."""
        before = self._roster.posts.get(name)
        try:
            champion = await self._bring(name, record.champion)
        except NotLoaded:
            self._refuse(name, record, before)
            raise
        challenger = await self._challenge(name, record)
        self._roster.posts[name] = Post(record, champion, challenger)
        self._metrics.show_readable(name, True)
        self._metrics.show_model(name, champion.version, record.epoch)
        former = [before.champion.version] if before else []
        await asyncio.to_thread(self._keep, name, record, {champion.version, record.challenger, *former})

    def _refuse(self, name: str, record: Deployment, before: Post | None) -> None:
        self._metrics.show_readable(name, False)
        self._retries.postpone(name, record.epoch)
        if before:
            self._roster.posts[name] = replace(before, readable=False)

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
        post = self._roster.posts.get(name)
        for served in post.versions if post else ():
            if served.version == version:
                return served
        try:
            return await asyncio.to_thread(self._dock.bring, name, version)
        except Exception as error:
            log.error("%s version %s cannot be loaded; what is loaded keeps serving: %s", name, version, error)
            raise NotLoaded from error

    def _keep(self, name: str, record: Deployment, versions: set[int | None]) -> None:
        self._dock.cache.remember(name, record)
        self._dock.cache.keep_only(name, {version for version in versions if version is not None})


class NotLoaded(Exception):
    """A version could not be loaded; the log says why."""


async def _survive(step: Callable[[], Awaitable[None]]) -> None:
    """A full disk must not end the watch."""
    try:
        await step()
    except Exception:
        log.exception("Following the deployment records failed; it goes on.")
