"""The front door."""

from fastapi import APIRouter

router = APIRouter(tags=["index"])


@router.get("/")
async def show_index() -> dict[str, str]:
    """Where to go from here."""
    return {"name": "Longhand", "docs": "/docs", "openapi": "/openapi.json", "ready": "/readyz"}
