"""`docs/reference/routes.md` and `openapi-gateway.json`: every route, and who may call it, found by calling it."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from docs.apps import Wired, wired
from longhand.contracts.accounts import Role
from longhand.servicekit.tokens import Signer
from services.gateway.callers import Permit

PAGE, OPENAPI = Path("docs/reference/routes.md"), Path("docs/reference/openapi-gateway.json")
VERBS = ("get", "post", "put", "patch", "delete")
HEAD = """\
# Routes

The gateway is the only service that clients call; its OpenAPI description is
[openapi-gateway.json](openapi-gateway.json), and a running gateway's console shows it at `/docs`. The other services
answer the gateway alone: each wants a token that the gateway made for it, and says 401 to everything else. Without a
token they answer `/livez`, `/readyz` and `/metrics`, which say nothing about people; they show neither `/docs` nor
`/openapi.json`. The gateway's `/metrics` is on a port of its own, which is not for the public.

Sign in with `POST /token` (form fields `username` and `password`) and send `Authorization: Bearer <access_token>`,
or make an API key with `POST /api-keys` and send `X-API-Key: <key>`. A role may do what the roles before it may:
`user`, `reviewer`, `admin`. `GET /ingest` and `GET /train` answer 405 and name POST.

An API key acts for its owner, within their role and its own scopes; where none are named it has `predict` and `read`.
A person who signed in needs no scope.

| scope | what a key with it may do |
|---|---|
| `predict` | read pictures |
| `read` | see the owner's readings (for reviewers and admins everybody's), their account, and the lexicons there are |
| `correct` | correct readings and take corrections back, the owner's (for reviewers and admins everybody's) |
| `admin:read` | see jobs, models, data sets, and what lexicons hold |
| `admin:jobs` | ingest, train, gather corrections, cancel jobs |
| `admin:lexicons` | put and delete lexicons |
| `admin:models` | promote a version, and roll back |
| `admin:users` | make, change and delete accounts, revoke keys, see the audit log |

Lists are pages: `{"items": […], "next": cursor}`; send `?cursor=` for the next one. A POST that accepts work takes the
header `Idempotency-Key`: the same key and request give the same answer and are done once. Errors are
`application/problem+json`, and their codes are listed in [problems](problems.md); the OpenAPI description names those
of each operation. A query parameter that an address does not take is refused (422), never passed over.

*Written by `make docs` from the apps; “who” is found by calling each route with each role.*
"""


def write(root: Path) -> list[Path]:
    """Write both files, and say where."""
    with wired() as everything:
        schema = everything.apps["gateway"].openapi()
        lines = [HEAD.rstrip(), *_sections(everything)]
    (root / PAGE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    text = json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True)
    (root / OPENAPI).write_text(text + "\n", encoding="utf-8")
    return [root / PAGE, root / OPENAPI]


def _sections(everything: Wired) -> Iterator[str]:
    for service, app in everything.apps.items():
        scopes = dict(_scopes(app)) if service == "gateway" else None
        columns = ["route", "who", *(["scope of a key"] if scopes else []), "what it does"]
        yield from ("", f"## {service.capitalize()}", "", f"| {' | '.join(columns)} |", "|---" * len(columns) + "|")
        for verb, path, about in operations(app):
            who = asyncio.run(_who(app, service, everything.private_key, verb, path))
            scope = [scopes.get((verb, path), "")] if scopes else []
            yield f"| {' | '.join([f'`{verb.upper()} {path}`', who, *scope, _sentence(about)])} |"


def _scopes(app: FastAPI) -> Iterator[tuple[tuple[str, str], str]]:
    """What an API key needs, by verb and path; only a person may do what names no scope."""
    for route in iter_route_contexts(app.routes):
        dependant = getattr(route, "dependant", None)
        permits = [one.call for one in dependant.dependencies if isinstance(one.call, Permit)] if dependant else []
        for verb in (route.methods or ()) if permits else ():
            yield (
                (verb.lower(), str(route.path_format)),
                f"`{permits[0].scope}`" if permits[0].scope else "a person only",
            )


def operations(app: FastAPI) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Verb, path and description of every route."""
    for path, verbs in app.openapi()["paths"].items():
        for verb in VERBS:
            if verb in verbs:
                yield verb, path, verbs[verb]


async def _who(app: FastAPI, service: str, key: bytes, verb: str, path: str) -> str:
    """The least role that is neither unknown (401) nor refused (403) there."""
    signer = Signer(key)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://docs") as client:
        for role in (None, *Role):
            headers = {} if role is None else _bearer(signer, role, service)
            answer = await client.request(verb, path.replace("{", "").replace("}", ""), headers=headers)
            if answer.status_code not in (401, 403):
                return "anybody" if role is None else str(role.value)
    return "nobody"


def _bearer(signer: Signer, role: Role, audience: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {signer.sign('docs', role, audience, 60, sid='docs')}"}


def _sentence(about: dict[str, Any]) -> str:
    return " ".join(str(about.get("description") or about["summary"]).split())
