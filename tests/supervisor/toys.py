"""Small real programs to supervise."""

import os
import sys
from pathlib import Path

from longhand.bundles.files import NEEDED
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
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer({"status": "ready"})
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        known = self.headers.get("Authorization") == "Bearer t0ken" and b"\\x89PNG" in body
        spared = b'name="keep"\\r\\n\\r\\nfalse' in body
        token, reading = {"access_token": "t0ken"}, {"text": "Handwriting", "confidence": 0.97}
        self.answer(token if self.path == "/token" else reading if known and spared else {})
    def answer(self, body):
        self.send_response(200); self.end_headers(); self.wfile.write(json.dumps(body).encode())
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def gateway(port: int) -> Program:
    """One that gives a token to anybody, and the sample's text to whoever does not want it kept."""
    return program("gateway", GATEWAY, str(port), ready=f"http://127.0.0.1:{port}/readyz")


PREDICTION = """
import http.server, sys
asked = []
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        asked.append(self.path)
        loaded, said = sys.argv[2:][:asked.count("/metrics")], 'longhand_adapted_readings_total{model="text"} 0.0\\n'
        said += "".join(f'longhand_model_version{{model="{model}"}} 1.0\\n' for model in loaded)
        print(*loaded, flush=True)
        self.send_response(200); self.end_headers(); self.wfile.write(said.encode())
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def ship(source: Path, model: str) -> None:
    """Files that are called like those of a bundle, where a checkout has its bundles."""
    folder = source / "bundles" / model
    folder.mkdir(parents=True)
    for name in NEEDED:
        (folder / name).touch()


def prediction(port: int, *models: str) -> Program:
    """One that is ready at once, and has loaded one more of these models each time that it is asked."""
    return program("prediction", PREDICTION, str(port), *models, ready=f"http://127.0.0.1:{port}/readyz")
