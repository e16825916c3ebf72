"""The services behind the gateway, small: they check its token, remember what they were asked, and answer."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Form, Header, Query, Request, Response, UploadFile
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from longhand.contracts.archives import OwnCorrection
from longhand.contracts.erasures import Erased
from longhand.contracts.holdings import Subject
from longhand.contracts.jobs import IngestRequest, Job, JobStatus
from longhand.contracts.learning import GatherRequest
from longhand.contracts.lexicons import LexiconContent, LexiconVersion
from longhand.contracts.lineage import DatasetUse, ReadingCount
from longhand.contracts.paging import Page
from longhand.contracts.readings import NewReading
from longhand.contracts.steps import CorrectionUse
from longhand.contracts.vocabularies import VocabularyDigest
from longhand.servicekit import problems
from longhand.servicekit.errors import STATUS, Conflict, Gone, Invalid, NotFound, ServiceError, Unavailable
from longhand.servicekit.tokens import Caller, Verifier, require_gateway
from tests.gateway.correcting import route_corrections
from tests.gateway.erasing import route_erasures


class Service:
    """An app that refuses what is not the gateway's, and everything while `away`."""

    audience = ""

    def __init__(self, public_key: Path) -> None:
        self.away = False
        self.refusal: ServiceError | None = None
        self.headers: list[dict[str, str]] = []
        self.answer, self.busy, self.erased = Erased(), False, dict[str, Subject]()
        self.caller = require_gateway(Verifier(public_key, self.audience))

    @cached_property
    def app(self) -> FastAPI:
        """Made when it is first asked: a test asks few of the services, and routes take long to make."""
        app = FastAPI(openapi_url=None, dependencies=[Depends(self._answerable), Depends(self.caller)])
        problems.install(app, STATUS)
        self.route(app.router)
        route_erasures(self, app.router)
        return app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)

    def route(self, router: APIRouter) -> None:
        raise NotImplementedError

    async def _answerable(self, request: Request) -> None:
        self.headers.append(dict(request.headers))
        if self.away:
            raise Unavailable("Away.", retry_after=7)
        if self.refusal:
            raise self.refusal


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
        self.corrections: dict[str, tuple[str, str, str, str | None]] = {}
        self.queries: list[dict[str, str]] = []
        self.lexicons: dict[str, LexiconContent] = {}
        self.asked: list[str] = []
        self.reviewed: list[str] = []
        self.pictureless = False
        self.uses: dict[str, CorrectionUse] = {}
        self.words: dict[str, list[str]] = {}
        self.words_asked: list[str] = []
        self.puts = 0
        self.erasing = False
        self.slow = 0.0

    def route(self, router: APIRouter) -> None:
        super().route(router)

        @router.get("/erasures/plan")
        def plan(person: str, until: datetime) -> Subject:
            mine = frozenset(id for id, (one, _) in self.readings.items() if one.by == person)
            return Subject(name=person, readings=mine, versions=frozenset({"v1"}), until=until)

        @router.put("/readings/{id}")
        async def put(id: str, file: UploadFile, reading: Annotated[str, Form()]) -> dict[str, bool]:
            self.puts += 1
            if self.erasing:
                raise Gone("It was erased.")
            await asyncio.sleep(self.slow)
            new = id not in self.readings
            if new:
                self.readings[id] = (NewReading.model_validate_json(reading), await file.read())
            return {"new": new}

        @router.get("/readings")
        def page(
            request: Request, by: str | None = None, limit: Annotated[int, Query(ge=1, le=100)] = 50
        ) -> Page[NewReading]:
            self.queries.append(dict(request.query_params))
            found = [reading for reading, _ in self.readings.values() if by in (None, reading.by)]
            return Page(items=found[:limit])

        @router.get("/readings/{id}", response_model=None)
        def show(id: str) -> NewReading:
            if id not in self.readings:
                raise NotFound("No such reading.")
            return self.readings[id][0]

        @router.get("/readings/{id}/picture")
        def picture(id: str) -> Response:
            show(id)
            if self.pictureless:
                raise NotFound("There is no such picture.")
            return Response(self.readings[id][1], media_type="image/webp")

        route_corrections(self, router)
        self.route_lexicons(router)
        self.route_review(router)
        self.route_vocabularies(router)

        @router.post("/ingest", status_code=202)
        def ingest(
            request: IngestRequest,
            caller: Annotated[Caller, Depends(self.caller)],
            key: Annotated[str | None, Header(alias="Idempotency-Key")] = None,
        ) -> Job:
            if request.dataset == "unheard-of":
                raise UnknownDataset("There is no data set unheard-of in the catalogue.")
            return self.submit("ingest", caller.name, request.model_dump(), key)

        @router.post("/ingest/archive", status_code=202)
        async def ingest_archive(
            request: Request,
            name: str,
            caller: Annotated[Caller, Depends(self.caller)],
            key: Annotated[str | None, Header(alias="Idempotency-Key")] = None,
        ) -> Job:
            archive = sha256(await request.body()).hexdigest()
            return self.submit("ingest", caller.name, {"archive": archive, "name": name}, key)

        @router.get("/corrections/own")
        def own() -> Page[OwnCorrection]:
            return Page(items=[])

        @router.get("/corrections/next")
        def upcoming() -> list[dict[str, Any]]:
            return [{"task": "text", "models": ["text"], "corrections": 2, "new": 2}]

        @router.post("/corrections/gather", status_code=202)
        def gather(
            request: GatherRequest,
            caller: Annotated[Caller, Depends(self.caller)],
            key: Annotated[str | None, Header(alias="Idempotency-Key")] = None,
        ) -> Job:
            return self.submit("gather", caller.name, request.model_dump(mode="json"), key)

        @router.get("/datasets")
        def datasets() -> dict[str, Any]:
            return {"items": [{"version": "abc", "name": "digits"}], "next": None}

        @router.get("/datasets/{version}")
        def dataset(version: str) -> dict[str, Any]:
            return {"version": version}

        @router.get("/datasets/{version}/look")
        def look(version: str, count: int, seed: int, split: str | None = None) -> dict[str, Any]:
            return {"pictures": count, "groups": seed, "sets": {split or "all": 1}, "lengths": {}, "samples": []}

        @router.get("/datasets/{version}/pictures/{picture}")
        def dataset_picture(version: str, picture: str) -> Response:
            return Response(b"pixels", media_type="image/png")

        @router.get("/datasets/{version}/use")
        def use(version: str, caller: Annotated[Caller, Depends(self.caller)]) -> DatasetUse:
            own = 2 if caller.name == "user1" else 0
            return DatasetUse(version=version, frozen=version != "recipe", corrections=5, own=own)

        @router.get("/readings/{id}/correction/use")
        def correction_use(id: str) -> CorrectionUse | None:
            return self.uses.get(id)

        @router.get("/models/{name}/{version}/readings")
        def read(name: str, version: int) -> ReadingCount:
            return ReadingCount(readings=7, corrected=3)

    def keep(self, name: str, entries: list[str], by: str = "admin1") -> LexiconContent:
        version, now = sha256("\n".join(entries).encode()).hexdigest(), datetime.now(UTC)
        made = LexiconContent(name=name, version=version, count=len(entries), created_at=now, by=by, entries=entries)
        self.lexicons[name] = self.lexicons[version] = made
        return made

    def find(self, name: str) -> LexiconContent:
        if name not in self.lexicons:
            raise UnknownLexicon(f"There is no lexicon '{name}'.")
        return self.lexicons[name]

    def route_review(self, router: APIRouter) -> None:
        @router.api_route("/review", methods=["GET"])
        @router.api_route("/review/claims", methods=["POST"])
        @router.api_route("/review/{id}/claim", methods=["POST", "DELETE"])
        def review(request: Request, caller: Annotated[Caller, Depends(self.caller)]) -> dict[str, Any]:
            self.reviewed.append(f"{request.method} by {caller.name}")
            return {"items": []}

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

    def route_vocabularies(self, router: APIRouter) -> None:
        Known = Annotated[Caller, Depends(self.caller)]

        def text(name: str) -> str:
            return "\n".join(f"1\t{word}" for word in self.words.get(name, []))

        @router.get("/vocabulary/digest")
        async def digest(caller: Known) -> VocabularyDigest:
            self.words_asked.append("digest")
            await asyncio.sleep(self.slow)
            known = self.words.get(caller.name, [])
            found = sha256(text(caller.name).encode()).hexdigest() if known else None
            return VocabularyDigest(digest=found, count=len(known))

        @router.get("/vocabulary/text")
        def whole(caller: Known) -> Response:
            self.words_asked.append("text")
            return Response(text(caller.name), media_type="text/plain")

        @router.get("/vocabulary")
        def page(caller: Known) -> dict[str, Any]:
            last = datetime(2026, 1, 1, tzinfo=UTC).isoformat()
            items = [{"word": word, "count": 1, "last": last} for word in self.words.get(caller.name, [])]
            return {"items": items, "next": None}

        @router.delete("/vocabulary", status_code=204)
        def clear(caller: Known) -> None:
            self.words.pop(caller.name, None)

        @router.delete("/vocabulary/{word}", status_code=204)
        def drop(word: str, caller: Known) -> None:
            self.words[caller.name].remove(word)


class UnknownLexicon(NotFound):
    code = "unknown_lexicon"


class UnknownDataset(Invalid):
    code = "unknown_dataset"
