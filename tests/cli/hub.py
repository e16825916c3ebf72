"""A model hub on loopback: as much of the Hugging Face Hub's protocol as publishing needs, with its rules."""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LARGE = (".onnx", ".keras", ".npz")


@dataclass
class Hub:
    """What the hub holds. `repositories` are files by path; large ones enter by their hash, as git-lfs has it."""

    token: str
    owner: str = "ada"
    address: str = ""
    repositories: dict[str, dict[str, bytes]] = field(default_factory=dict)
    large: dict[str, bytes] = field(default_factory=dict)
    private: set[str] = field(default_factory=set)
    calls: list[str] = field(default_factory=list)
    dropping: int = 0
    """How many uploads of large files are broken off from now on."""
    hanging_up: bool = False
    """Whether commits are broken off."""

    def create(self, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        owner, _, name = f"{request.get('organization') or self.owner}/{request['name']}".rpartition("/")
        if owner != self.owner:
            return 403, {"error": f"You may not write to {owner}"}
        known = f"{owner}/{name}" in self.repositories
        self.repositories.setdefault(f"{owner}/{name}", {})
        if request.get("private") or request.get("visibility") == "private":
            self.private.add(f"{owner}/{name}")
        return (409 if known else 200), {"url": f"{self.address}/{owner}/{name}"}

    def modes(self, request: dict[str, Any]) -> dict[str, Any]:
        return {
            "files": [
                {
                    "path": file["path"],
                    "uploadMode": "lfs" if file["path"].endswith(LARGE) else "regular",
                    "shouldIgnore": False,
                }
                for file in request["files"]
            ]
        }

    def batch(self, request: dict[str, Any]) -> dict[str, Any]:
        def place(one: dict[str, Any]) -> dict[str, Any]:
            upload = {"upload": {"href": f"{self.address}/large/{one['oid']}"}}
            return {**one, **({} if one["oid"] in self.large else {"actions": upload})}

        return {"transfer": "basic", "objects": [place(one) for one in request["objects"]]}

    def commit(self, repository: str, lines: list[dict[str, Any]]) -> tuple[int, dict[str, Any]]:
        files: dict[str, bytes] = {}
        for value in (line["value"] for line in lines if line["key"] == "file"):
            files[value["path"]] = base64.b64decode(value["content"])
        for value in (line["value"] for line in lines if line["key"] == "lfsFile"):
            if value["oid"] not in self.large:
                return 400, {"error": f"{value['path']} was never uploaded"}
            files[value["path"]] = self.large[value["oid"]]
        self.repositories[repository].update(files)
        oid = hashlib.sha1(repr(sorted(files)).encode()).hexdigest()
        url = f"{self.address}/{repository}/commit/{oid}"
        return 200, {"success": True, "commitUrl": url, "commitOid": oid, "hookOutput": ""}


@contextmanager
def running_hub(token: str) -> Iterator[Hub]:
    """A hub that takes this token, until the end."""
    hub = Hub(token)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(hub))
    hub.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(hub: Hub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self._begin()
            if self.headers.get("Authorization") != f"Bearer {hub.token}":
                return self._answer(401, {"error": "Invalid credentials in Authorization header"})
            path = self.path.partition("?")[0]
            repository = path.removeprefix("/api/models/").removeprefix("/").partition(".git")[0]
            if path == "/api/repos/create":
                return self._answer(*hub.create(json.loads(body)))
            if path == "/api/validate-yaml":
                return self._answer(200, {"errors": [], "warnings": []})
            if path.endswith("/preupload/main"):
                return self._answer(200, hub.modes(json.loads(body)))
            if path.endswith("/info/lfs/objects/batch"):
                return self._answer(200, hub.batch(json.loads(body)))
            if path.endswith("/commit/main"):
                if hub.hanging_up:
                    return self._hang_up()
                lines = [json.loads(line) for line in body.splitlines()]
                return self._answer(*hub.commit(repository.removesuffix("/commit/main"), lines))
            return self._answer(404, {"error": f"no such path: {path}"})

        def do_PUT(self) -> None:
            body = self._begin()
            if hub.dropping:
                hub.dropping -= 1
                return self._hang_up()
            oid = hashlib.sha256(body).hexdigest()
            if self.path != f"/large/{oid}":
                return self._answer(400, {"error": "another hash"})
            hub.large[oid] = body
            return self._answer(200, {})

        def _begin(self) -> bytes:
            hub.calls.append(f"{self.command} {self.path}")
            if self.headers.get("Transfer-Encoding") == "chunked":
                return b"".join(iter(self._chunk, b""))
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))

        def _chunk(self) -> bytes:
            size = int(self.rfile.readline(), 16)
            data = self.rfile.read(size)
            self.rfile.readline()
            return data

        def _answer(self, status: int, value: dict[str, Any]) -> None:
            data = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def _hang_up(self) -> None:
            self.close_connection = True
            self.connection.close()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler
