"""The registry follows this service's database: what prediction reads is what was last committed here."""

import logging
from collections.abc import Iterable
from contextlib import suppress

from longhand.registry.errors import NotRegistered, RegistryError, StaleDeployment
from longhand.registry.personal import PageEntry, Pages
from longhand.servicekit.rounds import repeat
from services.training.deployment.people import People, keep
from services.training.deployment.protocols import Registry
from services.training.deployment.records import Records

log = logging.getLogger(__name__)
PAGE = 500
"""How many changes a page of people's versions holds at most."""


class Follower:
    """Writes records and people's versions to the registry.

    Several processes may do so at once. Each reads the database anew after it has written, and writes again where
    something else is in force by then: so the last writer leaves what was committed last.
    """

    def __init__(self, records: Records, people: People, registry: Registry, page: int = PAGE) -> None:
        self._records, self._people, self._registry, self._page = records, people, registry, page

    def push(self, name: str) -> None:
        """Let the registry follow a model now; where it is away, `run` does it later."""
        try:
            self.follow(name)
        except RegistryError as error:
            log.warning("The registry follows the deployment of %s later: %s", name, error)

    def follow(self, name: str) -> None:
        """Let the registry follow a model; raises RegistryError."""
        self._follow_record(name)
        self._follow_people(name)

    def repair(self) -> None:
        """Let the registry follow in all that it has missed, also what it has forgotten; raises RegistryError."""
        failed: list[RegistryError] = []
        for name in sorted({*self._records.names(), *self._people.names()}):
            try:
                self.follow(name)
            except NotRegistered as error:
                failed.append(error)
        if failed:
            raise failed[0]

    async def run(self, interval: float) -> None:
        """Repair until cancelled, at once and every `interval` seconds."""
        await repeat(self.repair, interval, log, "The registry does not follow the deployments for now")

    def _follow_record(self, name: str) -> None:
        while (record := self._records.current(name)) is not None:
            shown = self._registry.deployment(name)
            if shown == record:
                return
            if shown and shown.epoch >= record.epoch:
                # Prediction applies higher epochs only. This database was restored from a backup, or is another one.
                log.warning(
                    "The registry has another record of %s, of epoch %s; a later one replaces it.", name, shown.epoch
                )
                self._records.skip(name, record, shown.epoch + 1)
                continue
            with suppress(StaleDeployment):
                self._registry.deploy(name, record)

    def _follow_people(self, name: str) -> None:
        while self._people.cursor(name) > self._people.pages(name)[1].cursor:
            self._write_pages(name)
        while (written := self._people.pages(name)[1]).pages and self._registry.people.show(name) != written:
            self._registry.people.set(name, written)

    def _write_pages(self, name: str) -> None:
        revision, published = self._people.pages(name)
        stays = keep(published, self._people.count(name), self._page)
        rows = self._people.changes(name, stays.cursor)
        parts = (rows[start : start + self._page] for start in range(0, len(rows), self._page))
        added = [self._registry.people.place(name, part) for part in parts]
        written = Pages(pages=[*stays.pages, *added])
        if self._people.replace_pages(name, revision, written):
            self._registry.people.set(name, written)
            self._clear(name, published.pages)
        else:
            self._clear(name, added)

    def _clear(self, name: str, pages: Iterable[PageEntry]) -> None:
        listed = self._people.pages(name)[1].pages
        for page in pages:
            if page not in listed:
                self._registry.people.remove(name, page)
