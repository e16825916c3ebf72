"""Versions that passed the gate are put on trial without being asked for."""

from longhand.contracts.canaries import CanaryRequest
from services.training.canary.watch import Canaries


class ByChain:
    """Starts the canaries of a chain that takes corrections to a new champion."""

    def __init__(self, canaries: Canaries) -> None:
        self._canaries = canaries

    def start(self, model: str, version: int, by: str) -> None:
        """Put a version on trial with the usual share, unless it was already; raises what Canaries.start raises."""
        usual = CanaryRequest(version=version)
        self._canaries.start(model, version, usual.share, usual.mode, by, f"{model}/{version}")
