"""What holds for every answer, and for the start."""

import asyncio
import json
import logging
from pathlib import Path

import pytest

from longhand.contracts.accounts import Role
from longhand.servicekit.keys import create_keys
from services.gateway.app import create_app
from services.gateway.errors import UnsafeSettings
from services.gateway.settings import GatewaySettings
from tests.gateway.conftest import CHEAP, World, bearer, make_settings, run_world

HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}


async def test_every_answer_carries_the_security_headers(world: World) -> None:
    answers = [
        await world.client.get("/"),
        await world.client.get("/nowhere"),
        await world.client.get("/users/me"),
        await world.client.post("/token", data={"username": "user1", "password": "1resu"}),
        await world.predict(picture=b""),
        await world.predict(),
    ]
    for answer in answers:
        assert HEADERS.items() <= dict(answer.headers).items()
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "x-request-id" in answer.headers and "strict-transport-security" not in answer.headers


async def test_with_a_certificate_clients_are_told_to_use_it(tmp_path: Path) -> None:
    tls = {"tls_cert": tmp_path / "cert.pem", "tls_key": tmp_path / "key.pem"}
    async with run_world(make_settings(tmp_path, **tls)) as world:
        assert "max-age" in (await world.client.get("/")).headers["strict-transport-security"]


async def test_the_front_door_names_the_docs_and_the_description_says_what_predict_takes(world: World) -> None:
    assert (await world.client.get("/")).json()["docs"] == "/docs"
    schema = (await world.client.get("/openapi.json")).json()
    body = schema["paths"]["/predict"]["post"]["requestBody"]["content"]
    assert set(body) == {"multipart/form-data", "application/json"}
    assert set(body["multipart/form-data"]["schema"]["properties"]) == {
        "file", "task", "charset", "effort", "lexicon", "candidates", "strict", "spaces", "keep", "name", "document",
        "writer",
    }  # fmt: skip
    references = {part["$ref"] for part in _references(schema)}
    known = {f"#/components/{kind}/{name}" for kind, named in schema["components"].items() for name in named}
    assert references <= known


def _references(part: object) -> list[dict[str, str]]:
    if isinstance(part, dict):
        here = [part] if isinstance(part.get("$ref"), str) else []
        return here + [found for value in part.values() for found in _references(value)]
    return [found for value in part for found in _references(value)] if isinstance(part, list) else []


async def test_every_route_says_what_it_does(world: World) -> None:
    schema = (await world.client.get("/openapi.json")).json()
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            assert operation.get("description"), (method, path)


async def test_it_lives_and_is_ready(world: World) -> None:
    assert (await world.client.get("/livez")).is_success
    assert (await world.client.get("/readyz")).json() == {"status": "ready"}


async def test_metrics_tell_of_readings_sign_ins_and_the_outbox(world: World) -> None:
    await world.predict()
    await world.delivered()
    world.ingestion.away = True
    await world.predict(data={"keep": "false"})
    await world.predict()
    await world.client.post("/token", data={"username": "user1", "password": "wrong"})
    text = (await world.client.get("/metrics")).text
    for line in (
        'longhand_gateway_readings_total{decision="accept",kept="true",task="text"} 2.0',
        'longhand_gateway_readings_total{decision="accept",kept="false",task="text"} 1.0',
        'longhand_gateway_reading_confidence_count{task="text"} 3.0',
        'longhand_gateway_sign_ins_total{result="accepted"} 1.0',
        'longhand_gateway_sign_ins_total{result="refused"} 1.0',
        'longhand_gateway_outbox_deliveries_total{result="delivered"} 1.0',
        "longhand_gateway_outbox_readings 1.0",
        "longhand_gateway_outbox_refused 0.0",
        'longhand_http_requests_total{method="POST",route="/predict",status="200"} 3.0',
    ):
        assert line in text
    age = next(line for line in text.splitlines() if line.startswith("longhand_gateway_outbox_age_seconds "))
    assert 0 < float(age.split()[1]) < 60


async def test_logs_hold_no_secret(world: World, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        tokens = await world.sign_in("user1")
        headers = bearer(tokens["access_token"])
        made = await world.client.post("/api-keys", json={"label": "x"}, headers=headers)
        key = made.json()["key"]
        await world.client.get("/users/me", headers={"X-API-Key": key})
        await world.client.post("/token/refresh", data={"refresh_token": tokens["refresh_token"]})
        await world.client.post("/token/refresh", data={"refresh_token": tokens["refresh_token"]})
        await world.client.get("/users/me", headers=headers)
        await world.predict(picture=b"secret picture")
    text = caplog.text + json.dumps([str(vars(record)) for record in caplog.records])
    for secret in ("1resu", tokens["access_token"], tokens["refresh_token"], key, "secret picture"):
        assert secret not in text


def test_demonstration_accounts_are_for_loopback(tmp_path: Path) -> None:
    for host in ("0.0.0.0", "192.168.1.5", "::", "example.org"):
        with pytest.raises(UnsafeSettings, match="loopback"):
            create_app(make_settings(tmp_path, host=host))
    for host in ("127.0.0.1", "127.0.0.2", "::1", "localhost"):
        create_app(make_settings(tmp_path, host=host), passwords=CHEAP)


def test_a_first_password_that_is_no_secret_is_refused(tmp_path: Path) -> None:
    for password in ("1nimda", "short", "x" * 11):
        with pytest.raises(UnsafeSettings, match="LONGHAND_GATEWAY_ADMIN_PASSWORD"):
            create_app(make_settings(tmp_path, demo=False, admin_password=password))


async def test_the_first_admin_is_made_once(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, demo=False, host="0.0.0.0", admin_password="a good password")
    async with run_world(settings) as world:
        tokens = await world.sign_in("admin", "a good password")
        changed = {"password": "a better password"}
        headers = bearer(tokens["access_token"])
        assert (await world.client.patch("/users/admin", json=changed, headers=headers)).is_success
    secret = tmp_path / "secret"
    secret.write_text("yet another password\n")
    settings = make_settings(tmp_path, demo=False, admin_password_file=secret)
    async with run_world(settings) as world:
        await world.sign_in("admin", "a better password")
        form = {"username": "admin", "password": "yet another password"}
        assert (await world.client.post("/token", data=form)).status_code == 401


async def test_accounts_of_the_demonstration_stay_there(tmp_path: Path) -> None:
    async with run_world(make_settings(tmp_path)) as world:
        await world.call("admin1", "PATCH", "/users/user1", json={"password": "not known to all"})
    with pytest.raises(UnsafeSettings, match="reviewer1"):
        create_app(make_settings(tmp_path, demo=False), passwords=CHEAP)
    async with run_world(make_settings(tmp_path)) as world:
        await world.sign_in("user1", "not known to all")
        await world.call("admin1", "DELETE", "/users/reviewer1")
        world.gateway.users.add("boss", "a good password", Role.ADMIN)
        await world.call("admin1", "PATCH", "/users/admin1", json={"active": False})
    async with run_world(make_settings(tmp_path, demo=False)) as world:
        await world.sign_in("boss", "a good password")


async def test_without_anybody_it_starts_and_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with run_world(make_settings(tmp_path, demo=False)) as world:
        assert (await world.client.get("/readyz")).is_success
    assert "LONGHAND_GATEWAY_ADMIN_PASSWORD" in caplog.text


def test_keys_are_made_where_they_are_missing_and_only_there(tmp_path: Path) -> None:
    create_app(make_settings(tmp_path), passwords=CHEAP)
    key = tmp_path / "keys" / "gateway.pem"
    assert key.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileNotFoundError):
        create_app(make_settings(tmp_path, private_key=tmp_path / "elsewhere.pem"), passwords=CHEAP)


def test_settings_have_defaults_below_var(tmp_path: Path) -> None:
    settings = GatewaySettings(var=tmp_path)
    assert settings.private_key == tmp_path / "keys" / "gateway.pem"
    assert settings.outbox_directory == tmp_path / "gateway" / "outbox"
    assert (settings.port, settings.metrics_port) == (8000, 8001)
    assert "a good password" not in repr(GatewaySettings(var=tmp_path, admin_password="a good password"))
    create_keys(tmp_path / "keys")


async def test_it_goes_on_reading_while_its_database_is_away(tmp_path: Path) -> None:
    async with run_world(make_settings(tmp_path, revocation_seconds=0.05)) as world:
        assert (await world.predict()).status_code == 200  # user1 has a token now
        state = tmp_path / "gateway" / "state.db"
        for file in state.parent.glob("state.db*"):
            file.unlink()
        state.mkdir()
        world.gateway._engine.dispose()
        await asyncio.sleep(0.2)
        assert (await world.client.get("/readyz")).status_code == 200
        assert (await world.predict()).status_code == 200
        refused = await world.client.post("/token", data={"username": "user1", "password": "1resu"})
        assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
        assert int(refused.headers["retry-after"]) > 0 and "sqlite" not in refused.text.lower()
