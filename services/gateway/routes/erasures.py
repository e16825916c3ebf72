"""A person's data: all of it as an archive, and its end."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Response, status
from fastapi.responses import StreamingResponse

from longhand.contracts.accounts import Role
from longhand.contracts.erasures import Erasure
from longhand.contracts.paging import Page
from longhand.servicekit.errors import Invalid
from services.gateway.callers import Anybody, Paged, Parts, Person, UserAdmin
from services.gateway.errors import UnknownErasure, UnknownUser
from services.gateway.gateway import Gateway
from services.gateway.routes.users import Name

router = APIRouter(tags=["erasures"])
Id = Annotated[str, Path(pattern=r"^era-[0-9a-f]{1,36}$")]
ZIP: dict[int | str, dict[str, object]] = {200: {"content": {"application/zip": {}}}}


@router.get("/users/me/data", response_class=StreamingResponse, responses=ZIP)
async def download_data(person: Person, gateway: Parts) -> StreamingResponse:
    """All that was kept of the caller, as a ZIP archive: pictures, and readings, corrections and words as JSON Lines.

    What was sent in the last moments may still be on its way, and be missing.
    """
    headers = {"Content-Disposition": f'attachment; filename="longhand-{person.name}.zip"'}
    return StreamingResponse(await gateway.archiver.pack(person), media_type="application/zip", headers=headers)


@router.delete("/users/me/data", status_code=status.HTTP_202_ACCEPTED)
async def erase_own_data(person: Person, gateway: Parts, response: Response) -> Erasure:
    """Erases all that the caller has sent and said until now, and what was learned from it; the account stays."""
    return await _begin(gateway, person.name, person.name, response)


@router.delete("/users/{name}/data", status_code=status.HTTP_202_ACCEPTED)
async def erase_data(name: Name, admin: UserAdmin, gateway: Parts, response: Response) -> Erasure:
    """Erases all that a person has sent and said until now, also where their account is closed; the account stays."""
    if not await asyncio.to_thread(gateway.users.exists, name):
        raise UnknownUser(f"There is no account {name}.")
    return await _begin(gateway, name, admin.name, response)


@router.get("/erasures")
def list_erasures(_: UserAdmin, paging: Paged, gateway: Parts) -> Page[Erasure]:
    """All erasures, newest first."""
    if paging.cursor is not None and not (paging.cursor.isdecimal() and len(paging.cursor) < 10):
        raise Invalid("The cursor is not one that a page before gave: begin without one.")
    return gateway.eraser.records.page(int(paging.cursor) if paging.cursor else None, paging.limit)


@router.get("/erasures/{id}")
def show_erasure(id: Id, caller: Anybody, gateway: Parts) -> Erasure:
    """How far an erasure has come; that of somebody else is shown to admins only."""
    erasure = gateway.eraser.records.get(id)
    if erasure.person != caller.name and not caller.may(Role.ADMIN):
        raise UnknownErasure(f"You have no erasure {id}.")
    return erasure


async def _begin(gateway: Gateway, name: str, by: str, response: Response) -> Erasure:
    erasure = await gateway.eraser.begin(name, by)
    await asyncio.to_thread(gateway.audit.note, by, "data.erased", name, erasure.id)
    response.headers["Location"] = f"/erasures/{erasure.id}"
    return erasure
