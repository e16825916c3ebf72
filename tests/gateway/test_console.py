"""The console's files: who gets them, under which policy, and what is in them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs import interfaces
from docs.environment import ROOT
from services.gateway.pages import FOLDER, PAGE
from tests.gateway.conftest import World, bearer, make_settings, run_world

COOKIE = {"Longhand-Session": "cookie"}
SIGN_IN = {"username": "user1", "password": "1resu"}
MODULES = sorted(FOLDER.rglob("*.js"))
ENGLISH, GERMAN = FOLDER / "words" / "en.js", FOLDER / "words" / "de.js"
SPOKEN = [file for file in MODULES if file.parent.name != "words"]


async def test_a_browser_gets_the_page_and_a_program_the_index(world: World) -> None:
    page = await world.client.get("/", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert page.text == PAGE.read_text() and page.headers["vary"] == "Accept"
    for accept in ("*/*", "application/json"):
        index = (await world.client.get("/", headers={"Accept": accept})).json()
        assert (index["name"], index["openapi"]) == ("Longhand", "/openapi.json")


async def test_one_policy_holds_for_all_of_the_console(world: World) -> None:
    html = await world.client.get("/", headers={"Accept": "text/html"})
    module = await world.client.get("/console/main.js")
    policy = html.headers["content-security-policy"]
    assert module.is_success and module.headers["content-security-policy"] == policy
    assert "default-src 'none'" in policy and "script-src 'self';" in policy and "trusted-types 'none'" in policy
    assert "unsafe" not in policy and "http" not in policy
    assert module.headers["cache-control"] == "no-cache" and module.headers["etag"]


async def test_what_lies_beside_the_console_is_not_served(world: World) -> None:
    for path in ("/console/../app.py", "/console/%2e%2e/app.py", "/console/nothing.js"):
        answer = await world.client.get(path)
        assert answer.status_code == 404 and answer.headers["content-type"] == "application/problem+json"


async def test_the_accounts_of_the_demonstration_are_named_there_only(world: World, tmp_path: Path) -> None:
    offered = (await world.client.get("/")).json()["demonstration"]
    assert [(one["name"], one["role"]) for one in offered] == [
        ("user1", "user"), ("reviewer1", "reviewer"), ("admin1", "admin")
    ]  # fmt: skip
    settings = make_settings(tmp_path / "else", demo=False, admin_password="a good password", mlflow_link="http://m")
    async with run_world(settings) as elsewhere:
        index = (await elsewhere.client.get("/")).json()
        assert (index["demonstration"], index["links"]) == ([], {"MLflow": "http://m"})


async def test_the_docs_are_a_page_of_the_console(world: World) -> None:
    assert (await world.client.get("/docs")).headers["location"] == "/#/api"


async def test_a_browsers_refresh_token_is_in_a_cookie_that_no_script_sees(world: World) -> None:
    signed = await world.client.post("/token", data=SIGN_IN, headers=COOKIE)
    assert "refresh_token" not in signed.json()
    cookie = signed.headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=strict", "Path=/token", "Max-Age=1209600"):
        assert part in cookie
    assert "Secure" not in cookie  # on loopback without TLS
    spent = world.client.cookies["longhand_refresh"]
    renewed = await world.client.post("/token/refresh", headers=COOKIE)
    assert renewed.is_success and "refresh_token" not in renewed.json()
    assert world.client.cookies["longhand_refresh"] != spent


async def test_with_tls_the_cookie_is_for_tls_only(tmp_path: Path) -> None:
    tls = {"tls_cert": tmp_path / "cert.pem", "tls_key": tmp_path / "key.pem"}
    async with run_world(make_settings(tmp_path, **tls)) as world:
        signed = await world.client.post("/token", data=SIGN_IN, headers=COOKIE)
        assert "; Secure" in signed.headers["set-cookie"]


async def test_the_cookie_alone_opens_nothing(world: World) -> None:
    await world.client.post("/token", data=SIGN_IN, headers=COOKIE)
    for answer in (await world.client.post("/token/refresh"), await world.client.get("/users/me")):
        assert answer.status_code == 401
    assert (await world.client.post("/token/revoke")).status_code == 204
    assert (await world.client.post("/token/refresh", headers=COOKIE)).is_success


async def test_signing_out_ends_the_session_of_the_cookie(world: World) -> None:
    access = (await world.client.post("/token", data=SIGN_IN, headers=COOKIE)).json()["access_token"]
    ended = await world.client.post("/token/revoke", headers=COOKIE)
    assert ended.status_code == 204 and "longhand_refresh" not in world.client.cookies
    assert (await world.client.get("/users/me", headers=bearer(access))).status_code == 401
    refused = await world.client.post("/token/refresh", headers=COOKIE)
    assert (refused.status_code, refused.json()["code"]) == (401, "refresh_token_invalid")


def test_the_types_are_those_of_the_openapi_file(tmp_path: Path) -> None:
    (tmp_path / interfaces.PAGE.parent).mkdir(parents=True)
    (written,) = interfaces.write(tmp_path)
    assert (ROOT / interfaces.PAGE).read_text() == written.read_text(), "make docs"


def test_every_call_is_one_of_the_openapi_file() -> None:
    known = json.loads((ROOT / "docs/reference/openapi-gateway.json").read_text())["paths"]
    routes = {f"{verb.upper()} {path}" for path, verbs in known.items() for verb in verbs}
    called = {
        call for file in MODULES for call in re.findall(r'"((?:GET|POST|PUT|PATCH|DELETE) /[^"]*)"', file.read_text())
    }
    assert called - routes == {"GET /openapi.json"} and len(called) > 20


def test_one_module_speaks_to_the_gateway() -> None:
    assert [file.name for file in MODULES if re.search(r"\bfetch\(|XMLHttpRequest|WebSocket", file.read_text())] == [
        "request.js"
    ]


def test_what_people_wrote_becomes_text_and_nothing_else() -> None:
    making = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|setAttribute\(\"style"
    )
    assert [str(file.name) for file in MODULES if making.search(file.read_text())] == []


def test_no_file_asks_another_host_for_anything() -> None:
    files = [file for file in FOLDER.rglob("*") if file.suffix in (".js", ".css", ".html", ".svg")]
    addresses = {found for file in files for found in re.findall(r"https?://[^\s\"')]+", file.read_text())}
    assert addresses <= {"http://www.w3.org/2000/svg"}


def test_no_module_grows_out_of_sight() -> None:
    lengths = {file.name: file.read_text().count("\n") for file in SPOKEN}
    assert {name: n for name, n in lengths.items() if n > 250} == {}


def keys(file: Path) -> list[str]:
    return re.findall(r'^  "([^"]+)": ', file.read_text(), re.MULTILINE)


def wanted(known: set[str]) -> Iterator[str]:
    """The words that modules ask for; of those made of a group and a value, all that there are of the group."""
    for file in SPOKEN:
        text = file.read_text()
        yield from re.findall(r'"([a-z]+\.[A-Za-z0-9_.-]+)"', text)
        for group in [*re.findall(r'named\("(\w+)"', text), *re.findall(r"t\(`(\w+)\.\$", text)]:
            yield from (key for key in known if key.startswith(f"{group}."))


def test_the_audit_log_is_asked_for_all_that_is_noted_in_it() -> None:
    noting = re.compile(r'note(?:_once)?[(,][^"]*"([a-z]+\.[a-z-]+)"')
    noted = {found for file in FOLDER.parent.rglob("*.py") for found in noting.findall(file.read_text())}
    offered = re.search(r"const ACTIONS = \[([^\]]*)\]", (FOLDER / "pages/audit.js").read_text())
    assert offered and set(re.findall(r'"([^"]+)"', offered[1])) == noted


@pytest.mark.parametrize("file", [ENGLISH, GERMAN], ids=lambda file: file.stem)
def test_the_words_are_in_order_and_each_is_there_once(file: Path) -> None:
    assert keys(file) == sorted(set(keys(file)))


def test_both_languages_have_the_same_words_none_unused_and_none_missing() -> None:
    english = set(keys(ENGLISH))
    assert {
        key for key in keys(GERMAN) if not key.startswith(("problem.", "notice.", "left.", "parameter."))
    } == english  # see test_sentences
    assert english - set(wanted(english)) == set()


def test_both_languages_name_the_same_values() -> None:
    def values(file: Path) -> dict[str, set[str]]:
        said = re.findall(r'^  "([^"]+)": "(.*)",$', file.read_text(), re.MULTILINE)
        return {key: set(re.findall(r"\{\w+\}", text)) for key, text in said}

    english, german = values(ENGLISH), values(GERMAN)
    assert {key: german[key] for key in english} == english
