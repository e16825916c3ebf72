"""The front door: the console for people, and for programs where to go from here."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse
from pydantic import BaseModel

from longhand.contracts.accounts import Role
from services.gateway.callers import Parts
from services.gateway.identity.initial import DEMONSTRATION
from services.gateway.pages import PAGE

router = APIRouter(tags=["index"])


class DemonstrationAccount(BaseModel):
    """An account whose password everybody knows, for trying things out on one's own machine."""

    name: str
    password: str
    role: Role


class Index(BaseModel):
    """Where to go from here; `demonstration` is empty anywhere but in the demonstration on loopback."""

    name: str = "Longhand"
    docs: str = "/docs"
    openapi: str = "/openapi.json"
    ready: str = "/readyz"
    demonstration: list[DemonstrationAccount] = []
    links: dict[str, str] = {}


@router.get("/", response_model=Index, responses={200: {"content": {"text/html": {}}}})
async def show_index(request: Request, gateway: Parts) -> Response:
    """Where to go from here; a browser, which accepts HTML, gets the console."""
    if "text/html" in request.headers.get("accept", ""):
        return FileResponse(PAGE, headers={"Vary": "Accept"})
    index = Index(demonstration=_demonstration() if gateway.settings.demo else [], links=gateway.settings.links())
    return JSONResponse(index.model_dump(mode="json"), headers={"Vary": "Accept"})


@router.get("/docs", include_in_schema=False)
async def show_docs() -> Response:
    """The console's page of the OpenAPI file."""
    return RedirectResponse("/#/api")


def _demonstration() -> list[DemonstrationAccount]:
    return [
        DemonstrationAccount(name=name, password=password, role=role)
        for name, (password, role) in DEMONSTRATION.items()
    ]
