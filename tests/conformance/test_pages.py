"""Which pages a service shows beside its operations, as docs/reference/routes.md says."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from docs.apps import Wired, wired
from tests.gateway.conftest import make_settings, run_world

INNER = ("ingestion", "training", "prediction")


@pytest.fixture(scope="module")
def everything() -> Iterator[Wired]:
    with wired() as everything:
        yield everything


@pytest.mark.parametrize("service", INNER)
async def test_an_inner_service_shows_its_health_and_measurements_and_no_description(
    everything: Wired, service: str
) -> None:
    transport = httpx.ASGITransport(everything.apps[service])
    async with httpx.AsyncClient(transport=transport, base_url="http://inner") as client:
        pages = ("/livez", "/metrics", "/docs", "/redoc", "/openapi.json")
        assert [(await client.get(page)).status_code for page in pages] == [200, 200, 404, 404, 404]


async def test_the_gateways_measurements_are_not_on_the_public_port(tmp_path: Path) -> None:
    async with run_world(make_settings(tmp_path, metrics_port=0)) as world:
        assert (await world.client.get("/metrics")).status_code == 404
        assert (await world.client.get("/openapi.json")).status_code == 200
