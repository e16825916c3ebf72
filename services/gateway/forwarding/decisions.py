"""What training decides without being asked goes into the audit log, as what `longhand` did."""

import asyncio

from longhand.contracts.accounts import Role
from longhand.contracts.canaries import Canary, CanaryState
from longhand.contracts.paging import Page
from longhand.servicekit.errors import ServiceError
from longhand.servicekit.tokens import Caller
from longhand.servicekit.upstream import Upstream
from services.gateway.identity.audit import Audit

PLATFORM = "longhand"
ACTIONS = {CanaryState.PROMOTED: "model.promoted", CanaryState.ROLLED_BACK: "model.rolled-back"}
LATEST = 20
"""How many of the last canaries are looked at: more do not end between two looks."""


class Decisions:
    """Notes each canary that ended by itself, once; `note` is called again and again."""

    def __init__(self, training: Upstream, audit: Audit) -> None:
        self._training, self._audit = training, audit
        self._noted: set[int] = set()

    async def note(self) -> None:
        """One look; while training is away there is nothing to note."""
        try:
            answer = await self._training.request("GET", f"/canaries?limit={LATEST}", Caller(PLATFORM, Role.ADMIN))
        except ServiceError:
            return
        ended = [one for one in Page[Canary].model_validate_json(answer.content).items if one.state in ACTIONS]
        for canary in ended:
            if canary.id not in self._noted:
                detail = f"canary {canary.id}: version {canary.version} against {canary.champion}. {canary.reason}"
                action = ACTIONS[canary.state]
                await asyncio.to_thread(self._audit.note_once, PLATFORM, action, canary.model, detail)
        self._noted = {canary.id for canary in ended}
