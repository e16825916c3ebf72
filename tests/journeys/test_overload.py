"""More clients than can be served: what is let in is answered in time, the rest is told when to come back."""

import sys
from pathlib import Path
from typing import Any

import pytest

from services.supervisor.welcome import SAMPLE
from tests.databases import answers, running, wait
from tests.journeys.load import Load
from tests.platform import running_platform
from tests.ports import free_port

CROWD, SECONDS = 400, 60.0
SHARE, SECONDS_AT_MOST = 0.8, 2.0

ROOT = Path(__file__).parents[2]
PROGRAM = """
import asyncio, sys
from pathlib import Path
from fastapi import APIRouter, FastAPI, Request
from longhand.servicekit.admission import Limit
from longhand.servicekit.app import create_service
from longhand.servicekit.metrics import Metrics
from longhand.servicekit.server import serve
from longhand.servicekit.settings import ServiceSettings

settings = ServiceSettings(var=Path(sys.argv[1]), port=int(sys.argv[2]), log_level="ERROR")
router, core = APIRouter(), asyncio.Semaphore(1)

@router.post("/predict")
async def read(request: Request) -> int:
    async with core:
        await asyncio.sleep(0.02)
    return len(await request.body())

def create_app() -> FastAPI:
    parts = {"routers": [router], "statuses": {}, "metrics": Metrics("things"), "checks": {}}
    return create_service("things", settings, **parts, limits={"/predict": Limit(0.5)})

serve(create_app, settings)
"""


def test_a_crowd_before_a_small_service_is_served_in_turn(tmp_path: Path) -> None:
    port, log, picture = free_port(), tmp_path / "log", tmp_path / "picture"
    picture.write_bytes(b"x" * 1000)
    command = [sys.executable, "-c", PROGRAM, str(tmp_path), str(port)]
    with running(command, log, {"PYTHONPATH": str(ROOT / "src")}):
        wait(lambda: answers(port), log)
        with Load(f"http://127.0.0.1:{port}", "none", picture, clients=150, seconds=4) as crowd:
            seen = crowd.report()
    assert seen["broken"] == [] and seen["without_retry_after"] == 0
    assert seen["statuses"]["200"] > 50 and seen["statuses"]["503"] > 50
    assert seen["p99"] < 4


@pytest.mark.prove
def test_a_minute_of_four_hundred_clients_keeps_throughput_and_time(tmp_path: Path) -> None:
    """Fewer than a hundred clients reach the peak on two cores, so these are four times what can be served."""
    with running_platform(tmp_path / "var", LONGHAND_GATEWAY_RATE="1000000") as platform:
        with platform.client() as client:
            token = client.headers["Authorization"].removeprefix("Bearer ")

        def load(clients: int, seconds: float) -> dict[str, Any]:
            with Load(platform.url("gateway"), token, Path(SAMPLE), clients, seconds) as crowd:
                return crowd.report()

        peaks = {clients: load(clients, 10)["per_second"] for clients in (4, 16, 32, 64)}
        crowded = load(CROWD, SECONDS)
        print(f"\npeaks by clients: {peaks}; {CROWD} clients: {crowded}")
        assert crowded["per_second"] >= SHARE * max(peaks.values())
        assert crowded["p99"] <= SECONDS_AT_MOST
        assert crowded["without_retry_after"] == 0 and crowded["broken"] == []
        assert set(crowded["statuses"]) <= {"200", "503"}
