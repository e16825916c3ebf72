"""What becomes of a request whose connection is closed under it."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from longhand.registry.errors import RegistryUnavailable
from longhand.registry.rest import Rest

ANSWER = json.dumps({"asked": True}).encode()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(ANSWER)


class Forgetful:
    """A server that answers one request on each connection, and hangs up on the next as if it were closing it."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.connections = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            with connection:
                connection.recv(65536)
                connection.sendall(HEAD + ANSWER)
                connection.recv(65536)

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def server() -> Iterator[Forgetful]:
    with closing(Forgetful()) as server:
        yield server


def test_a_question_is_asked_again_on_a_connection_of_its_own(server: Forgetful) -> None:
    with closing(Rest(f"http://127.0.0.1:{server.port}")) as rest:
        assert [rest.get("runs/get")["asked"] for _ in range(3)] == [True] * 3
    assert server.connections == 3


def test_a_change_is_not_made_twice(server: Forgetful) -> None:
    with closing(Rest(f"http://127.0.0.1:{server.port}")) as rest:
        rest.get("runs/get")
        with pytest.raises(RegistryUnavailable, match="does not answer"):
            rest.post("runs/create")
    assert server.connections == 1
