"""Accounts."""

from fastapi import APIRouter, status

from longhand.contracts.accounts import NewUser, User, UserChange
from longhand.contracts.paging import Page
from services.gateway.callers import Admin, Anybody, Paged, Parts

router = APIRouter(prefix="/users", tags=["users"])


@router.get("")
def list_users(_: Admin, paging: Paged, gateway: Parts) -> Page[User]:
    """All accounts, by name."""
    return gateway.users.page(paging.limit, paging.cursor or "")


@router.post("", status_code=status.HTTP_201_CREATED)
async def add_user(new: NewUser, admin: Admin, gateway: Parts) -> User:
    """Makes an account; a name that was ever used is taken."""
    return await gateway.accounts.add(admin, new)


@router.get("/me")
def show_me(caller: Anybody, gateway: Parts) -> User:
    """The caller's own account."""
    return gateway.users.get(caller.name)


@router.patch("/{name}")
async def change_user(name: str, change: UserChange, admin: Admin, gateway: Parts) -> User:
    """Changes password, role, or whether the account may sign in; its sessions are closed."""
    return await gateway.accounts.change(admin, name, change)


@router.delete("/{name}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_user(name: str, admin: Admin, gateway: Parts) -> None:
    """Closes an account for good; its readings stay."""
    await gateway.accounts.delete(admin, name)
