"""MLflow's REST API (https://mlflow.org/docs/latest/rest-api.html), as much of it as the registry needs.

Not MLflow's own client: importing that costs every service 45 to 135 MB and 0.5 to 4 s.
"""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from longhand.registry.errors import NotRegistered, RegistryRefused, RegistryUnavailable

API = "api/2.0/mlflow/"
ARTIFACTS = "api/2.0/mlflow-artifacts/artifacts/"
SCHEME = "mlflow-artifacts:/"
CHUNK = 1 << 20
KEPT_S = 2.0
"""How long an idle connection is kept: less than the five seconds after which MLflow's server closes it, or a request
may set out on a connection that is just being closed."""
Json = dict[str, Any]
"""An object of MLflow's API; its documentation says what is in it."""

log = logging.getLogger(__name__)


class Rest:
    """One MLflow server; safe to use from several threads.

    Every method may raise RegistryUnavailable, NotRegistered or RegistryRefused.
    """

    def __init__(self, url: str, timeout: float = 30.0) -> None:
        # The server is ours, on loopback or beside us: a proxy of the environment has no business between.
        self._client = httpx.Client(
            base_url=url.rstrip("/") + "/",
            timeout=timeout,
            trust_env=False,
            limits=httpx.Limits(keepalive_expiry=KEPT_S),
        )
        self._url = url

    def get(self, path: str, **query: str | int) -> Json:
        """Ask."""
        return self._json(self._client.build_request("GET", API + path, params=query))

    def post(self, path: str, **body: object) -> Json:
        """Change something."""
        return self._json(self._client.build_request("POST", API + path, json=body))

    def patch(self, path: str, **body: object) -> Json:
        """Change a part of something."""
        return self._json(self._client.build_request("PATCH", API + path, json=body))

    def pages(self, path: str, key: str, **query: str | int) -> Iterator[Json]:
        """Every item of a paged list."""
        answer = self.get(path, **query)
        yield from answer.get(key, [])
        while token := answer.get("next_page_token"):
            answer = self.get(path, **query, page_token=token)
            yield from answer.get(key, [])

    def upload(self, file: Path, uri: str) -> None:
        """Put a file into the artefact store."""
        with file.open("rb") as content:
            self._send(self._client.build_request("PUT", _artifact(uri), content=content, timeout=300))

    def download(self, uri: str, to: Path) -> None:
        """Fetch a file from the artefact store."""
        request = self._client.build_request("GET", _artifact(uri), timeout=300)
        response = self._send(request, stream=True)
        try:
            with to.open("wb") as file:
                for chunk in response.iter_bytes(CHUNK):
                    file.write(chunk)
        except httpx.TransportError as error:
            raise RegistryUnavailable(f"The MLflow server at {self._url} broke off a download.") from error
        finally:
            response.close()

    def remove(self, uri: str) -> None:
        """Delete a file from the artefact store."""
        self._send(self._client.build_request("DELETE", _artifact(uri)))

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _json(self, request: httpx.Request) -> Json:
        answer: Json = self._send(request).json()
        return answer

    def _send(self, request: httpx.Request, stream: bool = False) -> httpx.Response:
        try:
            response = self._try(request, stream)
            if response.is_error:
                response.read()
        except httpx.TransportError as error:
            raise RegistryUnavailable(
                f"The MLflow server at {self._url} does not answer ({type(error).__name__}); is it running?"
            ) from error
        if response.is_error:
            response.close()
            raise _refusal(response)
        return response

    def _try(self, request: httpx.Request, stream: bool) -> httpx.Response:
        """The answer; a question whose connection was closed under it is asked once more, a change is not."""
        try:
            return self._client.send(request, stream=stream)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            if request.method != "GET":
                raise
        return self._client.send(request, stream=stream)


def _refusal(response: httpx.Response) -> Exception:
    """What an error status means to us. The server's own words may quote its database: they are for the log alone."""
    status = response.status_code
    level = logging.DEBUG if status == 404 else logging.WARNING
    log.log(level, "The MLflow server answered %s %s with %s: %s", *_asked(response), status, response.text[:500])
    if status >= 500 or status == 429:
        return RegistryUnavailable(f"The MLflow server answered with {status}; its log says why.")
    if status == 404:
        return NotRegistered("The MLflow server does not know what was asked for.")
    return RegistryRefused(f"The MLflow server refused with {status}; the log says why.")


def _asked(response: httpx.Response) -> tuple[str, str]:
    return response.request.method, response.request.url.path


def _artifact(uri: str) -> str:
    """The path under which the server proxies an artefact."""
    if not uri.startswith(SCHEME):
        raise RegistryRefused(f"Artefacts lie at {uri}; start the MLflow server with --serve-artifacts.")
    return ARTIFACTS + uri.removeprefix(SCHEME).lstrip("/")
