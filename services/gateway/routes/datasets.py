"""Frozen dataset versions: what is known of them, and what is in them."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from longhand.contracts.datasets import DatasetLook, DatasetVersion
from longhand.contracts.paging import Page
from longhand.contracts.pictures import SHOWN
from longhand.servicekit.errors import Gone, raises
from services.gateway.callers import Admin, Paged, Parts
from services.gateway.forwarding.relay import paged, relay

router = APIRouter(prefix="/datasets", tags=["datasets"])
Name = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$")]
Sha256 = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]
Count = Annotated[int, Query(ge=0, le=100, description="how many pictures")]
Split = Annotated[str | None, Query(max_length=64, description="one of its parts; all of them where absent")]
Seed = Annotated[int, Query(ge=0, le=2**31 - 1, description="draws the pictures: the same for the same number")]


@router.get("", response_model=Page[DatasetVersion])
async def list_datasets(admin: Admin, paging: Paged, gateway: Parts) -> Response:
    """Frozen dataset versions, newest first."""
    return relay(await gateway.ingestion.request("GET", "/datasets", admin, params=paged(paging)))


@router.get("/{version}", response_model=DatasetVersion)
@raises(Gone)
async def show_dataset(version: Name, admin: Admin, gateway: Parts) -> Response:
    """A frozen dataset version."""
    return relay(await gateway.ingestion.request("GET", f"/datasets/{version}", admin))


@router.get("/{version}/look", response_model=DatasetLook)
@raises(Gone)
async def look_at_dataset(
    version: Name, admin: Admin, gateway: Parts, count: Count = 24, split: Split = None, seed: Seed = 0
) -> Response:
    """How a dataset version is distributed, and some of its pictures: other ones for another `seed`."""
    params = {"count": count, "seed": seed} | ({"split": split} if split else {})
    return relay(await gateway.ingestion.request("GET", f"/datasets/{version}/look", admin, params=params))


@router.get("/{version}/pictures/{picture}", response_class=Response, responses={200: {"content": SHOWN}})
@raises(Gone)
async def show_dataset_picture(version: Name, picture: Sha256, admin: Admin, gateway: Parts) -> Response:
    """A picture of a dataset version, as it was taken in."""
    return relay(await gateway.ingestion.request("GET", f"/datasets/{version}/pictures/{picture}", admin))
