"""Everything that the gateway is made of, wired in one place."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path

import httpx

from longhand.contracts.holdings import Holding
from longhand.servicekit.keys import create_keys
from longhand.servicekit.state import migrate, open_engine
from longhand.servicekit.tokens import Signer, Verifier
from longhand.servicekit.upstream import Upstream
from services.gateway.erasing.archiver import Archiver
from services.gateway.erasing.eraser import Eraser
from services.gateway.erasing.ledger import Ledger
from services.gateway.erasing.local import Local
from services.gateway.erasing.metrics import ErasuresCollector
from services.gateway.erasing.table import Records
from services.gateway.forwarding.asking import Prediction
from services.gateway.forwarding.corrector import Corrector
from services.gateway.forwarding.decisions import Decisions
from services.gateway.forwarding.lexicons import Lexicons
from services.gateway.forwarding.reader import Reader
from services.gateway.forwarding.replayer import Replayer
from services.gateway.forwarding.sender import Sender
from services.gateway.forwarding.steps import Steps
from services.gateway.forwarding.tracer import Tracer
from services.gateway.forwarding.vocabularies import Vocabularies
from services.gateway.identity.accounts import Accounts
from services.gateway.identity.addresses import Addresses
from services.gateway.identity.audit import Audit
from services.gateway.identity.calls import Calls
from services.gateway.identity.guard import AUDIENCE, Guard
from services.gateway.identity.initial import create_accounts
from services.gateway.identity.keys import ApiKeys
from services.gateway.identity.limits import RateLimit
from services.gateway.identity.passwords import Passwords
from services.gateway.identity.sessions import Sessions
from services.gateway.identity.throttle import Throttle
from services.gateway.identity.users import Users
from services.gateway.intake.claims import Claims
from services.gateway.intake.holdings import Shelved, Waiting
from services.gateway.intake.idempotency import Answers
from services.gateway.intake.outbox import Outbox
from services.gateway.intake.pending import PendingSpool
from services.gateway.intake.sharing import Sharing
from services.gateway.intake.shelf import Shelf
from services.gateway.intake.spool import Spool
from services.gateway.metrics import GatewayMetrics
from services.gateway.rounds import end, every
from services.gateway.settings import GatewaySettings

SHARE_S = 1.0
"""How often gateways exchange how often callers called."""

SHELVE_S = 0.25
"""How often it is looked at what the other gateways are to show of what waits here."""

PURGE_S = 600.0

DECISIONS_S = 5.0
"""How often it is looked at what training has decided by itself."""

ERASE_S = 1.0
"""How often the erasures that are under way are pushed."""

REVIEW_S = 60.0
"""How often it is looked whether a restored backup has brought back what was erased."""

Transports = Mapping[str, httpx.AsyncBaseTransport]


class Gateway:
    """The parts that routes use; `transports` stand in for the network, by the name of the service.

    Brings the database up to date and makes the first accounts. Raises UnsafeSettings.
    """

    def __init__(
        self, settings: GatewaySettings, metrics: GatewayMetrics, passwords: Passwords, transports: Transports
    ) -> None:
        self.settings = settings
        self.metrics = metrics
        self._engine = open_engine(settings.state_url)
        self._counters = open_engine(settings.state_url, durable=False)  # what a power failure may take back
        self._transports = transports
        self._signer = Signer(_private_key(settings))
        access = timedelta(minutes=settings.access_minutes)
        self._wire_accounts(passwords, access)
        answers = self._wire_readings()
        self._wire_erasures(answers)
        self._prepare()

    def _wire_accounts(self, passwords: Passwords, access: timedelta) -> None:
        self.users = Users(self._engine, passwords)
        self.keys = ApiKeys(self._engine)
        self.audit = Audit(self._engine)
        self.sessions = Sessions(self._engine, timedelta(days=self.settings.refresh_days))
        verifier = Verifier(self.settings.public_key, AUDIENCE)
        self.guard = Guard(verifier, self.keys, self.sessions, access)
        self.rate = RateLimit(self.settings.rate)
        self._calls = Calls(self._counters)
        self._throttle = Throttle(self._counters)
        self.addresses = Addresses(self.settings.proxies)
        self.accounts = Accounts(
            self.users, self.sessions, self.keys, self.guard, self.audit, self._throttle,
            self._signer, self.metrics, int(access.total_seconds()),
        )  # fmt: skip

    def _wire_readings(self) -> Answers:
        self.ingestion = self._upstream("ingestion", self.settings.ingestion_url)
        self.training = self._upstream("training", self.settings.training_url)
        self.prediction = self._upstream("prediction", self.settings.prediction_url)
        folder = self.settings.outbox_directory
        self.pending = PendingSpool(folder)
        self.outbox = Outbox(Spool(folder), self.pending, self.settings.outbox_limit)
        self.shelf = Shelf(self._counters)
        self._sharing = Sharing(self.outbox, self.shelf)
        self.vocabularies = Vocabularies(
            self.ingestion, self.settings.vocabulary_seconds, self.settings.vocabulary_patience
        )
        self._sender = Sender(self.outbox, self.ingestion, self.shelf, self.vocabularies, self.metrics)
        self._claims = Claims(self._counters, self.settings.answer_seconds)
        answers = Answers(self._claims, self.settings.answer_seconds)
        self.lexicons = Lexicons(self.ingestion, self.settings.lexicon_seconds)
        self.replayer = Replayer(self.prediction, self.lexicons, self.vocabularies)
        self.tracer = Tracer(self.ingestion, self.training)
        self.steps = Steps(self.ingestion, self.training)
        asking = Prediction(self.prediction, self.lexicons, self.vocabularies)
        self.reader = Reader(asking, self.outbox, answers, self.metrics)
        self.corrector = Corrector(self.ingestion, self.outbox, self.shelf, answers, self.vocabularies)
        self._decisions = Decisions(self.training, self.audit)
        self.metrics.watch(self.outbox)
        return answers

    def _wire_erasures(self, answers: Answers) -> None:
        held: list[Holding] = [Waiting(self.outbox, self.pending), Shelved(self.shelf)]
        local = Local(self._engine, held, answers, self.vocabularies)
        ledger, services = Ledger(self.settings.erasures_directory), (self.ingestion, self.training, self.prediction)
        self.eraser = Eraser(Records(self._engine), ledger, local, *services)
        self.metrics.registry.register(ErasuresCollector(self.eraser.records))
        self.archiver = Archiver(self.ingestion, self.training)

    def _upstream(self, name: str, url: str) -> Upstream:
        timeout, transport = self.settings.upstream_timeout, self._transports.get(name)
        return Upstream(url, name, self._signer, timeout=timeout, transport=transport)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Takes up what an earlier process left, and delivers while it is entered.

        Raises OutboxBusy.
        """
        await self.outbox.open()
        rounds = (
            (self.settings.revocation_seconds, self._learn_closings),
            (SHARE_S, self._share_calls),
            (SHELVE_S, self._sharing.share),
            (PURGE_S, self._purge),
            (DECISIONS_S, self._decisions.note),
            (ERASE_S, self.eraser.push),
            (REVIEW_S, self.eraser.review),
        )
        stopping = asyncio.Event()
        sending = asyncio.create_task(self._sender.run())
        work = [asyncio.create_task(every(seconds, what, stopping)) for seconds, what in rounds]
        try:
            yield
        finally:
            await self._sender.drain(self.settings.delivery_seconds)
            sending.cancel()
            stopping.set()
            await end([sending, *work])
            await self._close()

    def _prepare(self) -> None:
        migrate(self._engine, "services.gateway")
        create_accounts(self.settings, self.users)
        self.sessions.purge()
        self.guard.refresh()

    async def _learn_closings(self) -> None:
        await asyncio.to_thread(self.guard.refresh)

    async def _share_calls(self) -> None:
        """Counts what callers did here for the other gateways, and here what they did there."""
        if (mine := self.rate.due()) is None:
            return
        for caller, made in (await asyncio.to_thread(self._calls.exchange, mine)).items():
            self.rate.charge(caller, made)

    async def _purge(self) -> None:
        for store in (self.sessions, self._throttle, self._claims):
            await asyncio.to_thread(store.purge)

    async def _close(self) -> None:
        self.outbox.close()
        for upstream in (self.ingestion, self.training, self.prediction):
            await upstream.aclose()
        self._counters.dispose()
        self._engine.dispose()


def _private_key(settings: GatewaySettings) -> Path:
    directory = settings.private_key.parent
    paths = {settings.private_key, settings.public_key}
    if paths == {directory / "gateway.pem", directory / "gateway.pub"}:
        create_keys(directory)
    return settings.private_key
