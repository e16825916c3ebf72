"""Small real programs to supervise."""

import os
import socket
import sys
from pathlib import Path

from services.supervisor.programs import Program

SERVER = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"ok")
    def log_message(self, *_): pass
print("serving", flush=True)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(600)
"""
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
time.sleep(600)
"""
BROKEN = "import sys; sys.exit('the setting X is wrong')"


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def program(name: str, code: str, *arguments: str, ready: str | None = None) -> Program:
    """A Python program of a few lines."""
    return Program(name, (sys.executable, "-c", code, *arguments), dict(os.environ), ready)


def server(name: str = "server") -> Program:
    """One that answers on a free port."""
    port = free_port()
    return program(name, SERVER, str(port), ready=f"http://127.0.0.1:{port}/readyz")


def alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and is only waited for does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


GATEWAY = """
import http.server, json, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer({"status": "ready"})
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        known = self.headers.get("Authorization") == "Bearer t0ken" and b"\\x89PNG" in body
        token, reading = {"access_token": "t0ken"}, {"text": "Handwriting", "confidence": 0.97}
        self.answer(token if self.path == "/token" else reading if known else {"detail": "who are you?"})
    def answer(self, body):
        self.send_response(200); self.end_headers(); self.wfile.write(json.dumps(body).encode())
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def gateway(port: int) -> Program:
    """One that gives a token to anybody, and the sample's text to whoever sends it."""
    return program("gateway", GATEWAY, str(port), ready=f"http://127.0.0.1:{port}/readyz")
