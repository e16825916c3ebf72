"""Small real programs to supervise."""

import os
import sys

from services.supervisor.programs import Program
from tests.ports import free_port

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


def program(name: str, code: str, *arguments: str, ready: str | None = None) -> Program:
    """A Python program of a few lines."""
    return Program(name, (sys.executable, "-c", code, *arguments), dict(os.environ), ready)


def server(name: str = "server") -> Program:
    """One that answers on a free port."""
    port = free_port()
    return program(name, SERVER, str(port), ready=f"http://127.0.0.1:{port}/readyz")


GATEWAY = """
import http.server, json, sys
asked = []
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer({"status": "ready"})
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        known = self.headers.get("Authorization") == "Bearer t0ken" and b"\\x89PNG" in body
        token, reading = {"access_token": "t0ken"}, {"text": "Handwriting", "confidence": 0.97}
        asked.append(self.path)
        early = asked.count("/predict") == 1
        self.answer(token if self.path == "/token" else reading if known else {}, 503 if early and known else 200)
    def answer(self, body, status=200):
        self.send_response(status); self.end_headers(); self.wfile.write(json.dumps(body).encode())
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def gateway(port: int) -> Program:
    """One that gives a token to anybody, and the sample's text to whoever sends it a second time."""
    return program("gateway", GATEWAY, str(port), ready=f"http://127.0.0.1:{port}/readyz")
