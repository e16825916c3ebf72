"""Whom a request comes from is believed only of proxies that are known."""

from pathlib import Path

import httpx
import pytest
from fastapi import Request
from pydantic import ValidationError

from services.gateway.identity.addresses import Addresses
from services.gateway.settings import GatewaySettings
from tests.gateway.conftest import make_settings, run_world


def address(peer: str, *forwarded: str, proxies: str = "") -> str:
    settings = GatewaySettings(proxies=proxies)
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    scope = {"type": "http", "client": (peer, 1), "headers": headers}
    return Addresses(settings.proxies).of(Request(scope))


def test_nobody_is_believed_by_default() -> None:
    assert GatewaySettings().proxies == ()
    assert address("127.0.0.1", "192.0.2.7") == "127.0.0.1"
    assert address("203.0.113.5", "192.0.2.7", proxies="127.0.0.1") == "203.0.113.5"


@pytest.mark.parametrize("proxies", ["10.0.0.1", "10.0.0.0/8", " 127.0.0.1 , 10.0.0.0/8,"])
def test_a_known_proxy_is_believed(proxies: str) -> None:
    assert address("10.0.0.1", "192.0.2.7", proxies=proxies) == "192.0.2.7"
    assert address("10.0.0.1", proxies=proxies) == "10.0.0.1"


def test_what_the_client_itself_sent_is_not_believed() -> None:
    assert address("10.0.0.1", "198.51.100.1, 192.0.2.7", proxies="10.0.0.1") == "192.0.2.7"
    assert address("10.0.0.1", "198.51.100.1", "192.0.2.7", proxies="10.0.0.1") == "192.0.2.7"


def test_several_proxies_in_a_row_are_passed_over() -> None:
    assert address("10.0.0.1", "198.51.100.1, 192.0.2.7, 10.0.0.2", proxies="10.0.0.0/8") == "192.0.2.7"
    assert address("10.0.0.1", "10.0.0.3, 10.0.0.2", proxies="10.0.0.0/8") == "10.0.0.3"


@pytest.mark.parametrize(
    "named", ["", "unknown", "example.org", "192.0.2.7:80", "192.0.2.999", "' OR 1=1", "é", "a" * 5000]
)
def test_only_an_address_is_taken(named: str) -> None:
    assert address("10.0.0.1", named, proxies="10.0.0.1") == "10.0.0.1"
    assert address("10.0.0.1", f"192.0.2.7, {named}", proxies="10.0.0.1") == "10.0.0.1"


def test_an_address_has_one_form() -> None:
    assert address("::ffff:10.0.0.1", "::ffff:192.0.2.7", proxies="10.0.0.1") == "192.0.2.7"
    assert address("fd00::1", "2001:DB8:0::7", proxies="fd00::/8") == "2001:db8::7"


def test_a_setting_that_names_no_network_is_refused() -> None:
    with pytest.raises(ValidationError):
        GatewaySettings(proxies="10.0.0.1/8")
    with pytest.raises(ValidationError):
        GatewaySettings(proxies="everybody")


def test_the_variable_is_a_list_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LONGHAND_GATEWAY_PROXIES", "10.0.0.0/8, ::1")
    assert [str(network) for network in GatewaySettings().proxies] == ["10.0.0.0/8", "::1/128"]


async def guess(client: httpx.AsyncClient, address: str) -> int:
    form = {"username": "user1", "password": "wrong"}
    return (await client.post("/token", data=form, headers={"X-Forwarded-For": address})).status_code


async def test_behind_a_proxy_each_client_has_guesses_of_its_own(tmp_path: Path) -> None:
    async with run_world(make_settings(tmp_path, proxies="127.0.0.1")) as world:
        assert [await guess(world.client, "192.0.2.7") for _ in range(6)] == [401] * 5 + [429]
        assert await guess(world.client, "192.0.2.8") == 401


async def test_without_one_a_made_up_address_buys_no_more_guesses(tmp_path: Path) -> None:
    async with run_world(make_settings(tmp_path)) as world:
        found = [await guess(world.client, f"192.0.2.{number}") for number in range(6)]
        assert found == [401] * 5 + [429]
