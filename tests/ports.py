"""Ports for servers of tests."""

import secrets
import socket
from contextlib import suppress

LOW, HIGH = 15_000, 32_000
"""Below what systems give to outgoing connections: one of those could take a port before its server does."""


def free_port() -> int:
    """A port of loopback that nobody listens on at this moment."""
    while True:
        port = LOW + secrets.randbelow(HIGH - LOW)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
