"""Canaries are started, followed in the journal, and ended: each step is written down before it is taken.

A process that dies in between leaves a state that says what was about to happen, and the next round does it. Any
number of processes may make rounds: a state is compared and set, and a change of the deployment is made once for its
canary, by the key.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy.exc import OperationalError

from longhand.comparison.canary import PAIRED, assess
from longhand.contracts.canaries import Canary, CanaryReport, CanaryRequest, CanaryState, Mode
from longhand.contracts.models import Deployment
from longhand.servicekit.rounds import repeat
from services.training.canary.canaries import CanaryTable, Trial
from services.training.canary.counting import Count, find_slow
from services.training.canary.deciding import Decision, Evidence, Rules, decide, describe
from services.training.canary.pairs import tally_pairs
from services.training.canary.traffic import BATCH, Traffic
from services.training.deployment.deployer import Deployer
from services.training.deployment.records import PLATFORM, Author
from services.training.errors import JournalUnavailable, LearnedFromErased, NothingServes, SameVersion

log = logging.getLogger(__name__)
LOOKED_BACK = 200
"""How many earlier readings of the champion say what is slow."""


def utc_now() -> datetime:
    """The time now."""
    return datetime.now(UTC)


class Canaries:
    """Puts challengers on trial, and brings each to its end."""

    def __init__(
        self,
        table: CanaryTable,
        deployer: Deployer,
        traffic: Traffic,
        rules: Rules,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.table = table
        self._deployer, self._traffic, self._rules, self._now = deployer, traffic, rules, now
        self._counts: dict[int, Count] = {}

    def start(self, model: str, version: int, share: float, mode: Mode, by: str, key: str | None = None) -> Canary:
        """Put a version on trial; the same `by` and `key` put it there once.

        Raises NotRegistered, NothingServes, SameVersion, CanaryUnderWay, KeyReused; RegistryUnavailable and
        JournalUnavailable.
        """
        current = self._deployer.current_for(model, version)
        if current is None:
            raise NothingServes(f"No version of {model} serves that this one could challenge: promote it.")
        if current.champion == version:
            raise SameVersion(f"Version {version} of {model} is the champion: nothing can be compared.")
        request = CanaryRequest(version=version, share=share, mode=mode)
        canary = self.table.add(model, current.champion, request, self._newest(), Author(by, key))
        self._advance(canary)
        return self.table.get(canary.id)

    def stop(self, model: str, by: str) -> Canary:
        """End the trial of a model's challenger: the champion answers everything. Raises NoCanary."""
        canary = self.table.newest(model)
        if not canary.state.final and self.table.move(canary, CanaryState.STOPPING, f"Stopped by {by}."):
            self._advance(self.table.get(canary.id))
        return self.table.get(canary.id)

    def look(self) -> None:
        """One round: count what came, decide, and do what was decided; one canary's trouble is not another's."""
        trials = self.table.under_way()
        going_on = {trial.canary.id for trial in trials}
        self._counts = {id: count for id, count in self._counts.items() if id in going_on}
        for trial in trials:
            try:
                self._watch(trial)
            except OperationalError as error:
                log.warning("The canary of %s cannot be followed for now: %s", trial.canary.model, error)

    async def run(self, interval: float) -> None:
        """Rounds until cancelled, with `interval` seconds between them."""
        await repeat(self.look, interval, log, "Canaries are not followed for now")

    def _newest(self) -> int:
        """Where the journal ends: a trial that counted what came before it would judge nobody's readings."""
        try:
            return self._traffic.newest()
        except OperationalError as error:
            raise JournalUnavailable("The journal of readings cannot be read: try again in a moment.") from error

    def _watch(self, trial: Trial) -> None:
        canary = trial.canary
        if canary.state is CanaryState.RUNNING and not _stands(canary, self._deployer.current(canary.model)):
            self.table.move(canary, CanaryState.OVERTAKEN, "The deployment was changed by hand.")
        elif canary.state is CanaryState.RUNNING:
            decision = self._judge(trial)
            if decision and self.table.move(canary, decision.state, decision.reason):
                log.info("The canary of %s version %s: %s", canary.model, canary.version, decision.reason)
                self._advance(self.table.get(canary.id))
        else:
            self._advance(canary)

    def _advance(self, canary: Canary) -> None:
        """Does what a state announces. A change that was made already is not made again."""
        author = Author(PLATFORM.by, f"canary-{canary.id}-{canary.state.value}")
        match canary.state:
            case CanaryState.STARTING:
                self._begin(canary, author)
            case CanaryState.PROMOTING:
                change = self._deployer.crown(canary.model, canary.version, author)
                serves = change.champion == canary.version
                self.table.move(canary, CanaryState.PROMOTED if serves else CanaryState.OVERTAKEN)
            case CanaryState.WITHDRAWING:
                self._deployer.dismiss(canary.model, canary.version, author)
                self.table.move(canary, CanaryState.ROLLED_BACK)
            case CanaryState.STOPPING:
                self._deployer.dismiss(canary.model, canary.version, author)
                self.table.move(canary, CanaryState.STOPPED)

    def _begin(self, canary: Canary, author: Author) -> None:
        try:
            self._deployer.challenge(canary.model, canary.version, canary.share, canary.mode, author)
        except LearnedFromErased as error:  # it was withdrawn after the trial had been asked for
            self.table.move(canary, CanaryState.OVERTAKEN, error.sentence)
        else:
            self.table.move(canary, CanaryState.RUNNING)

    def _judge(self, trial: Trial) -> Decision | None:
        canary, count = trial.canary, self._follow(trial)
        tally = count.tally(self._traffic.corrected(canary.model, trial.after))
        pairs = list(count.pairs)
        paired = tally_pairs(pairs, count.slow_ms, self._traffic.texts(trial.after))
        evidence = Evidence(assess(tally, canary.share), assess(paired, PAIRED), tally.challenger, len(pairs))
        report = CanaryReport(
            shared=describe(tally, evidence.shared), shadow=describe(paired, evidence.shadow), slow_ms=count.slow_ms
        )
        self.table.keep(canary, report)
        return decide(canary, evidence, self._rules, self._now())

    def _follow(self, trial: Trial) -> Count:
        """The count up to now. It is a fold of the journal, so a new process makes it again from the beginning."""
        canary = trial.canary
        if canary.id not in self._counts:
            before = self._traffic.before(canary.model, canary.champion, trial.after, LOOKED_BACK)
            self._counts[canary.id] = Count(canary, trial.after, find_slow(before))
        count = self._counts[canary.id]
        while found := self._traffic.after(canary.model, count.cursor):
            count.add(found)
            if len(found) < BATCH:
                break
        return count


def _stands(canary: Canary, current: Deployment | None) -> bool:
    """Whether the deployment is still that of the canary."""
    return current is not None and (current.champion, current.challenger) == (canary.champion, canary.version)
