"""Where a reading comes from, what becomes of its correction, and the reading once more by the version that made it."""

from fastapi import APIRouter

from longhand.contracts.lineage import Lineage
from longhand.contracts.replays import Replay, ReplayRequest
from longhand.contracts.steps import CorrectionSteps
from longhand.servicekit.errors import Conflict, Gone, raises
from services.gateway.callers import Anybody, Parts, Predictor
from services.gateway.errors import CandidatesNeeded, PictureGone, UnknownReading
from services.gateway.gateway import Gateway
from services.gateway.routes.readings import Id, find_reading, load_picture

router = APIRouter(prefix="/readings", tags=["readings"])


@router.get("/{id}/lineage")
async def show_lineage(id: Id, caller: Anybody, gateway: Parts) -> Lineage:
    """From which picture, by which version, learned from what: also before it is delivered, to whom it is shown."""
    reading, delivered = await find_reading(id, caller, gateway)
    return await gateway.tracer.trace(reading, delivered, caller)


@router.get("/{id}/correction/steps")
async def show_steps(id: Id, caller: Anybody, gateway: Parts) -> CorrectionSteps:
    """What has become of the reading's correction: from its maker's vocabulary to the model that answers everybody."""
    reading, delivered = await find_reading(id, caller, gateway)
    return await gateway.steps.follow(reading, delivered, caller)


@router.post("/{id}/replay")
@raises(CandidatesNeeded, PictureGone, Gone, Conflict)
async def replay(id: Id, caller: Predictor, gateway: Parts, request: ReplayRequest | None = None) -> Replay:
    """Reads the kept picture again by the version that made the reading, and says where it differs.

    Nothing is kept of it. The first replay by a version that no longer serves takes seconds.
    """
    reading, _ = await find_reading(id, caller, gateway)
    picture = await _load(id, caller, gateway)
    replayed = await gateway.replayer.replay(caller, reading, picture, request or ReplayRequest())
    gateway.metrics.count_replay(replayed.same)
    return replayed


async def _load(id: Id, caller: Predictor, gateway: Gateway) -> bytes:
    try:
        return await load_picture(id, caller, gateway)
    except UnknownReading as error:
        raise PictureGone(f"The picture of the reading {id} is no longer kept: it cannot be read again.") from error
