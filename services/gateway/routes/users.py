"""Accounts."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, status

from longhand.contracts.accounts import NewUser, PasswordChange, User, UserChange
from longhand.contracts.paging import Page
from longhand.servicekit.errors import raises
from services.gateway.callers import Anybody, Paged, Parts, Person, UserAdmin
from services.gateway.errors import TooManyAttempts, WrongCurrentPassword

router = APIRouter(prefix="/users", tags=["users"])
Name = Annotated[str, Path(max_length=64)]


@router.get("")
def list_users(_: UserAdmin, paging: Paged, gateway: Parts) -> Page[User]:
    """All accounts, by name."""
    return gateway.users.page(paging.limit, paging.cursor or "")


@router.post("", status_code=status.HTTP_201_CREATED)
async def add_user(new: NewUser, admin: UserAdmin, gateway: Parts) -> User:
    """Makes an account; a name that was ever used is taken."""
    return await gateway.accounts.add(admin, new)


@router.get("/me")
def show_me(caller: Anybody, gateway: Parts) -> User:
    """The caller's own account."""
    return gateway.users.get(caller.name)


@router.put("/me/password", status_code=status.HTTP_204_NO_CONTENT)
@raises(WrongCurrentPassword, TooManyAttempts)
async def change_password(request: Request, change: PasswordChange, person: Person, gateway: Parts) -> None:
    """Gives the caller another password; their other sessions end, their API keys stay."""
    await gateway.accounts.change_password(person, change, gateway.addresses.of(request))


@router.patch("/{name}")
async def change_user(name: Name, change: UserChange, admin: UserAdmin, gateway: Parts) -> User:
    """Changes password, role, or whether the account may sign in; ends its sessions and keys as `revoke` says."""
    return await gateway.accounts.change(admin, name, change)


@router.delete("/{name}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_user(name: Name, admin: UserAdmin, gateway: Parts) -> None:
    """Closes an account for good; its readings stay."""
    await gateway.accounts.delete(admin, name)
