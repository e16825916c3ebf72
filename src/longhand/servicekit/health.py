"""Whether a service lives, and whether it can do its work."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from longhand.errors import LonghandError
from longhand.servicekit import problems

_log = logging.getLogger(__name__)
SOON = {"Retry-After": "1"}
Check = Callable[[], Awaitable[None]]


async def run_check(check: Check, timeout: float) -> str | None:
    """None where the check passes, else a sentence; whatever takes longer than `timeout` seconds fails."""
    try:
        await asyncio.wait_for(check(), timeout)
    except TimeoutError:
        return f"no answer within {timeout:g} s"
    except LonghandError as error:
        return error.sentence
    except Exception as error:
        _log.warning("a readiness check failed", exc_info=error)
        return type(error).__name__
    return None


def health_router(checks: Mapping[str, Check], timeout: float = 2.0) -> APIRouter:
    """/livez answers while the process does; /readyz runs the checks and names those that fail."""
    router = APIRouter(tags=["health"])

    @router.get("/livez")
    async def livez() -> dict[str, str]:
        """Whether the process answers."""
        return {"status": "ok"}

    @router.get("/readyz", responses={503: {"description": "not ready; `failing` names why"}})
    async def readyz(request: Request) -> Response:
        """Whether the service can do its work, and is not about to stop."""
        if request.app.state.stopping:
            return problems.respond(503, "not_ready", "Not ready: this service is about to stop.", SOON)
        answers = await asyncio.gather(*(run_check(check, timeout) for check in checks.values()))
        failing = {name: answer for name, answer in zip(checks, answers, strict=True) if answer}
        if not failing:
            return JSONResponse({"status": "ready"})
        detail = f"Not ready: {', '.join(f'{name} ({why})' for name, why in failing.items())}."
        return problems.respond(503, "not_ready", detail, SOON, failing=failing)

    return router
