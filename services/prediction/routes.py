"""What the gateway may ask: read a picture, and what is loaded."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form

from longhand.contracts.readings import Charset, Reading, Task
from longhand.contracts.serving import ServedModel, ServedModels
from longhand.servicekit.tokens import Caller
from services.prediction.reading import Reader
from services.prediction.serving import Post, Roster


def reading_router(reader: Reader, roster: Roster, caller: Callable[..., Awaitable[Caller]]) -> APIRouter:
    """The routes of prediction; each needs the gateway's token."""
    router = APIRouter(tags=["readings"], dependencies=[Depends(caller)])

    @router.post("/read")
    async def read(
        file: Annotated[bytes, File(description="the picture: PNG, JPEG, WebP, TIFF, BMP or GIF")],
        id: Annotated[str, Form(min_length=1, max_length=100, description="the reading's id, made by the gateway")],
        task: Annotated[Task, Form(description="what the picture shows")] = Task.TEXT,
        charset: Annotated[Charset, Form(description="which characters the answer may hold")] = Charset.FULL,
    ) -> Reading:
        """Read a picture."""
        return await reader.read(id, file, task, charset)

    @router.get("/models")
    async def models() -> ServedModels:
        """Which versions are loaded."""
        return ServedModels(items=[_describe(name, post) for name, post in sorted(roster.posts.items())])

    return router


def _describe(name: str, post: Post) -> ServedModel:
    return ServedModel(
        name=name,
        deployment=post.deployment,
        champion=post.champion.version,
        loaded=[served.version for served in post.versions],
        readable=post.readable,
    )
