"""The services behind the gateway, small: they check its token, remember what they were asked, and answer."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Form, Header, Request, Response, UploadFile
from fastapi.responses import StreamingResponse

from longhand.contracts.jobs import IngestRequest, Job, JobStatus, TrainRequest
from longhand.contracts.lexicons import LexiconContent, LexiconMatch, LexiconVersion
from longhand.contracts.models import (
    Deployment,
    DeploymentChange,
    Model,
    PersonalRequest,
    PersonalVersion,
    PromoteRequest,
)
from longhand.contracts.paging import Page
from longhand.contracts.readings import NewReading, Reading
from longhand.servicekit import problems
from longhand.servicekit.errors import STATUS, Conflict, Invalid, NotFound, ServiceError, Unavailable
from longhand.servicekit.tokens import Caller, Verifier, require_gateway
from longhand.tasks import Effort


class Service:
    """An app that refuses what is not the gateway's, and everything while `away`."""

    audience = ""

    def __init__(self, public_key: Path) -> None:
        self.away = False
        self.refusal: ServiceError | None = None
        self.headers: list[dict[str, str]] = []
        self.app = FastAPI()
        problems.install(self.app, STATUS)
        verifier = Verifier(public_key, self.audience)
        self.caller = require_gateway(verifier)
        router = APIRouter(dependencies=[Depends(self._answerable), Depends(self.caller)])
        self.route(router)
        self.app.include_router(router)

    def route(self, router: APIRouter) -> None:
        raise NotImplementedError

    async def _answerable(self, request: Request) -> None:
        self.headers.append(dict(request.headers))
        if self.away:
            raise Unavailable("Away.", retry_after=7)
        if self.refusal:
            raise self.refusal


class FakePrediction(Service):
    """Reads every picture as its own bytes; `open` is a door that readings wait at."""

    audience = "prediction"

    def __init__(self, public_key: Path) -> None:
        super().__init__(public_key)
        self.read: list[tuple[str, bytes, str, str, str]] = []
        self.lexicons: dict[str, list[str]] = {}
        self.asked: list[tuple[str | None, str | None, bool | None]] = []
        self.efforts: list[str | None] = []
        self.open = asyncio.Event()
        self.open.set()
        self.nonsense = self.heedless = False

    def route(self, router: APIRouter) -> None:
        @router.post("/read")
        async def read(
            file: UploadFile,
            id: Annotated[str, Form()],
            task: Annotated[str, Form()],
            charset: Annotated[str, Form()],
            caller: Annotated[Caller, Depends(self.caller)],
            lexicon: Annotated[str | None, Form()] = None,
            entries: UploadFile | None = None,
            strict: Annotated[bool | None, Form()] = None,
            effort: Annotated[str | None, Form()] = None,
        ) -> Response:
            data = await file.read()
            self.efforts.append(effort)
            lines = (await entries.read()).decode() if entries else None
            self.asked.append((lexicon, lines, strict))
            match = self._match(data, lexicon, lines)
            self.read.append((id, data, task, charset, caller.name))
            await self.open.wait()
            if not data:
                raise Unreadable("The picture has no bytes.")
            if self.nonsense:
                return Response('{"text": 1}', media_type="application/json")
            reading = _reading(id, data, task).model_copy(update={"lexicon": match, "effort": Effort(effort or "best")})
            return Response(reading.model_dump_json(), media_type="application/json")

    def _match(self, data: bytes, version: str | None, lines: str | None) -> LexiconMatch | None:
        """Which lexicon was heeded; keeps what is sent, so that a version is unknown once."""
        if lines is not None:
            version = version or sha256(lines.encode()).hexdigest()
            self.lexicons[version] = lines.split("\n")
        if version is None or self.heedless:
            return None
        if version not in self.lexicons:
            raise LexiconUnknown("Send its entries.")
        return LexiconMatch(version=version, matched=data.decode() in self.lexicons[version], margin=0.5)


class LexiconUnknown(Conflict):
    code = "lexicon_unknown"


class Unreadable(Invalid):
    code = "unreadable_image"


def _reading(id: str, data: bytes, task: str) -> Reading:
    text = data[:20].decode(errors="replace")
    model: Any = {"name": "text", "version": 3}
    return Reading(id=id, task=task, text=text, confidence=0.9, decision="accept", model=model, elapsed_ms=1.5)


def make_job(id: str, minute: int, kind: str = "work", by: str = "admin1") -> Job:
    """A job of a certain age."""
    created = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    return Job(id=id, kind=kind, status=JobStatus.QUEUED, by=by, created_at=created)


class Jobs(Service):
    """A service with jobs, which come from `submit`."""

    prefix = ""

    def __init__(self, public_key: Path) -> None:
        super().__init__(public_key)
        self.jobs: dict[str, Job] = {}
        self.keys: dict[str, str] = {}
        self.forever = False
        self.listeners = 0

    def submit(self, kind: str, by: str, arguments: dict[str, Any], key: str | None) -> Job:
        if key in self.keys:
            return self.jobs[self.keys[key]]
        job = make_job(f"{self.prefix}-{len(self.jobs):04d}", len(self.jobs), kind, by)
        job = job.model_copy(update={"arguments": arguments})
        self.jobs[job.id] = job
        if key:
            self.keys[key] = job.id
        return job

    def find(self, id: str) -> Job:
        if id not in self.jobs:
            raise NotFound(f"There is no job {id}.")
        return self.jobs[id]

    def route(self, router: APIRouter) -> None:
        @router.get("/jobs")
        def page(limit: int = 50, cursor: str | None = None) -> Page[Job]:
            newest = sorted(self.jobs.values(), key=lambda job: job.id, reverse=True)
            found = [job for job in newest if cursor is None or job.id < cursor]
            return Page(items=found[:limit], next=found[limit - 1].id if len(found) > limit else None)

        @router.get("/jobs/{id}")
        def show(id: str) -> Job:
            return self.find(id)

        @router.get("/jobs/{id}/events")
        async def events(id: str) -> StreamingResponse:
            self.find(id)
            return StreamingResponse(self._events(id), media_type="text/event-stream")

        @router.get("/jobs/{id}/log")
        def log(id: str) -> Response:
            self.find(id)
            return Response("epoch 1\nepoch 2\n", media_type="text/plain")

        @router.post("/jobs/{id}/cancel")
        def cancel(id: str) -> Job:
            job = self.find(id)
            if job.status is JobStatus.CANCELLED:
                raise Conflict("This job has ended.")
            self.jobs[id] = job.model_copy(update={"status": JobStatus.CANCELLED})
            return self.jobs[id]

    async def _events(self, id: str) -> AsyncIterator[str]:
        self.listeners += 1
        try:
            for epoch in (1, 2):
                yield f"event: progress\ndata: {json.dumps({'epoch': epoch})}\n\n"
            while self.forever:
                await asyncio.sleep(0.01)
                yield ": still here\n\n"
            yield "event: end\ndata: {}\n\n"
        finally:
            self.listeners -= 1


class FakeIngestion(Jobs):
    """Takes readings once each, keeps them in memory."""

    audience = "ingestion"
    prefix = "ing"

    def __init__(self, public_key: Path) -> None:
        super().__init__(public_key)
        self.readings: dict[str, tuple[NewReading, bytes]] = {}
        self.queries: list[dict[str, str]] = []
        self.lexicons: dict[str, LexiconContent] = {}
        self.asked: list[str] = []
        self.puts = 0
        self.slow = 0.0

    def route(self, router: APIRouter) -> None:
        super().route(router)

        @router.put("/readings/{id}")
        async def put(id: str, file: UploadFile, reading: Annotated[str, Form()]) -> dict[str, bool]:
            self.puts += 1
            await asyncio.sleep(self.slow)
            new = id not in self.readings
            if new:
                self.readings[id] = (NewReading.model_validate_json(reading), await file.read())
            return {"new": new}

        @router.get("/readings")
        def page(request: Request, by: str | None = None, limit: int = 50) -> Page[NewReading]:
            self.queries.append(dict(request.query_params))
            found = [reading for reading, _ in self.readings.values() if by in (None, reading.by)]
            return Page(items=found[:limit])

        @router.get("/readings/{id}")
        def show(id: str) -> NewReading:
            if id not in self.readings:
                raise NotFound("No such reading.")
            return self.readings[id][0]

        @router.get("/readings/{id}/picture")
        def picture(id: str) -> Response:
            show(id)
            return Response(self.readings[id][1], media_type="image/webp")

        self.route_lexicons(router)

        @router.post("/ingest", status_code=202)
        def ingest(
            request: IngestRequest,
            caller: Annotated[Caller, Depends(self.caller)],
            key: Annotated[str | None, Header(alias="Idempotency-Key")] = None,
        ) -> Job:
            if request.dataset == "unheard-of":
                raise UnknownDataset("There is no data set unheard-of in the catalogue.")
            return self.submit("ingest", caller.name, request.model_dump(), key)

        @router.get("/datasets")
        def datasets() -> dict[str, Any]:
            return {"items": [{"version": "abc", "name": "digits"}], "next": None}

        @router.get("/datasets/{version}")
        def dataset(version: str) -> dict[str, Any]:
            return {"version": version}

    def keep(self, name: str, entries: list[str], by: str = "admin1") -> LexiconContent:
        version, now = sha256("\n".join(entries).encode()).hexdigest(), datetime.now(UTC)
        made = LexiconContent(name=name, version=version, count=len(entries), created_at=now, by=by, entries=entries)
        self.lexicons[name] = self.lexicons[version] = made
        return made

    def find(self, name: str) -> LexiconContent:
        if name not in self.lexicons:
            raise UnknownLexicon(f"There is no lexicon '{name}'.")
        return self.lexicons[name]

    def route_lexicons(self, router: APIRouter) -> None:
        @router.get("/lexicons")
        def lexicons(cursor: str | None = None) -> Page[LexiconVersion]:
            return Page(items=[one for name, one in sorted(self.lexicons.items()) if name == one.name])

        @router.put("/lexicons/{name}")
        async def put(name: str, request: Request, caller: Annotated[Caller, Depends(self.caller)]) -> LexiconVersion:
            body = await request.body()
            kind = request.headers["content-type"]
            entries = json.loads(body)["entries"] if kind == "application/json" else body.decode().splitlines()
            return self.keep(name, entries, caller.name)

        @router.get("/lexicons/{name}", response_model=LexiconContent)
        def content(
            name: str, accept: Annotated[str, Header()], version: str | None = None
        ) -> LexiconContent | Response:
            self.asked.append(f"entries of {name}")
            found = self.find(version or name)
            return Response("\n".join(found.entries), media_type="text/plain") if accept == "text/plain" else found

        @router.get("/lexicons/{name}/newest")
        def newest(name: str) -> LexiconVersion:
            self.asked.append(f"newest {name}")
            return LexiconVersion(**self.find(name).model_dump())

        @router.delete("/lexicons/{name}", status_code=204)
        def drop(name: str) -> None:
            self.find(name)
            del self.lexicons[name]


class UnknownLexicon(NotFound):
    code = "unknown_lexicon"


class UnknownDataset(Invalid):
    code = "unknown_dataset"


class FakeTraining(Jobs):
    """Two versions of one model."""

    audience = "training"
    prefix = "trn"

    def __init__(self, public_key: Path) -> None:
        super().__init__(public_key)
        self.model = Model(name="text", deployment=Deployment(epoch=1, champion=1))
        self.changes: dict[str | None, DeploymentChange] = {}

    def promote(self, version: int, key: str | None = None) -> DeploymentChange:
        if key in self.changes:
            return self.changes[key]
        before = self.model.deployment or Deployment(epoch=1, champion=1)
        deployment = before.model_copy(update={"epoch": before.epoch + 1, "champion": version})
        self.model = Model(name="text", deployment=deployment)
        change = DeploymentChange(**deployment.model_dump(), replaced=before.champion)
        if key:
            self.changes[key] = change
        return change

    def route(self, router: APIRouter) -> None:
        super().route(router)

        @router.post("/train", status_code=202)
        def train(
            request: TrainRequest,
            caller: Annotated[Caller, Depends(self.caller)],
            key: Annotated[str | None, Header(alias="Idempotency-Key")] = None,
        ) -> Job:
            return self.submit("train", caller.name, request.model_dump(), key)

        @router.get("/models")
        def models() -> Page[Model]:
            return Page(items=[self.model])

        @router.get("/models/{name}")
        def model(name: str) -> Model:
            if name != "text":
                raise NotFound(f"There is no model {name}.")
            return self.model

        @router.get("/models/{name}/personal")
        def personal(name: str) -> Page[PersonalVersion]:
            return Page(items=[PersonalVersion(user="user1", version=2, number=1)])

        @router.get("/models/{name}/{version}")
        def version(name: str, version: int) -> dict[str, Any]:
            return {"name": name, "version": version}

        @router.post("/models/{name}/promote")
        def promote(
            name: str, request: PromoteRequest, key: Annotated[str | None, Header(alias="Idempotency-Key")] = None
        ) -> DeploymentChange:
            return self.promote(request.version, key)

        @router.post("/models/{name}/rollback")
        def rollback(name: str, key: Annotated[str | None, Header(alias="Idempotency-Key")] = None) -> DeploymentChange:
            return self.promote(1, key)

        @router.put("/models/{name}/personal/{user}")
        def assign(name: str, user: str, request: PersonalRequest) -> PersonalVersion:
            return PersonalVersion(user=user, version=request.version, number=1)
