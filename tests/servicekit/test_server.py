"""A served app: over TLS, and drained on SIGTERM."""

import datetime
import os
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys, time
from pathlib import Path
from fastapi import APIRouter, Request
from longhand.servicekit.app import create_service
from longhand.servicekit.metrics import Metrics
from longhand.servicekit.server import serve
from longhand.servicekit.settings import ServiceSettings

var, port, tls = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
pair = {"tls_cert": var / "cert.pem", "tls_key": var / "key.pem"} if tls else {}
settings = ServiceSettings(var=var, port=port, **pair)
router = APIRouter()

@router.get("/slow")
def slow() -> str:
    (var / "begun").touch()
    time.sleep(1.5)
    return "done"

@router.get("/address")
def address(request: Request) -> str:
    return request.client.host

def create_app():
    return create_service("things", settings, routers=[router], statuses={}, metrics=Metrics("things"), checks={})

serve(create_app, settings)
"""


@pytest.fixture
def start(tmp_path: Path, free_port: int) -> Iterator[object]:
    started: list[subprocess.Popen[bytes]] = []

    def run(*tls: str, **settings: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-W", "error", "-c", PROGRAM, str(tmp_path), str(free_port), *tls]
        environment = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}"} | settings
        with (tmp_path / "log").open("wb") as log:
            started.append(subprocess.Popen(command, env=environment, stderr=log))
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.wait()


def wait_for(url: str, verify: ssl.SSLContext | bool = True) -> httpx.Response:
    until = time.monotonic() + 30
    while True:
        try:
            return httpx.get(url, verify=verify, trust_env=False)
        except httpx.ConnectError:
            assert time.monotonic() < until, "the service does not come up"
            time.sleep(0.1)


def test_sigterm_lets_open_requests_finish(start, free_port: int, tmp_path: Path):
    process = start()
    url = f"http://127.0.0.1:{free_port}"
    assert wait_for(f"{url}/livez").status_code == 200
    with httpx.Client(trust_env=False) as client, client.stream("GET", f"{url}/livez"):
        pass
    asking = subprocess.Popen(
        [sys.executable, "-c", f"import urllib.request as u; print(u.urlopen('{url}/slow').read())"],
        stdout=subprocess.PIPE,
    )
    while not (tmp_path / "begun").exists():
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    answer, _ = asking.communicate(timeout=20)
    assert b"done" in answer
    assert process.wait(20) == 0
    lines = (tmp_path / "log").read_text().splitlines()
    assert lines and all(line.startswith('{"time":') for line in lines)


def test_nobody_names_the_address_that_they_come_from(start, free_port: int):
    start()
    url = f"http://127.0.0.1:{free_port}"
    wait_for(f"{url}/livez")
    headers = {"X-Forwarded-For": "192.0.2.7", "Forwarded": "for=192.0.2.7", "X-Real-IP": "192.0.2.7"}
    assert httpx.get(f"{url}/address", headers=headers, trust_env=False).json() == "127.0.0.1"


def test_readiness_fails_first_and_serving_goes_on_for_a_while(start, free_port: int):
    process = start(LONGHAND_DRAIN_SECONDS="2")
    url = f"http://127.0.0.1:{free_port}"
    assert wait_for(f"{url}/readyz").status_code == 200
    with httpx.Client(trust_env=False) as client:
        assert "connection" not in client.get(f"{url}/livez").headers
        process.send_signal(signal.SIGTERM)
        ready = client.get(f"{url}/readyz")
        assert (ready.status_code, ready.json()["code"]) == (503, "not_ready")
        still = client.get(f"{url}/livez")
        assert (still.status_code, still.headers["connection"]) == (200, "close")
    assert httpx.get(f"{url}/livez", trust_env=False).status_code == 200
    assert process.wait(20) == 0


def test_a_second_signal_ends_the_while(start, free_port: int):
    process = start(LONGHAND_DRAIN_SECONDS="600")
    wait_for(f"http://127.0.0.1:{free_port}/readyz")
    process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0


def test_tls_by_settings(start, free_port: int, tmp_path: Path):
    certify(tmp_path)
    start("tls")
    trusted = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))
    assert wait_for(f"https://localhost:{free_port}/livez", trusted).json() == {"status": "ok"}


def certify(folder: Path) -> None:
    """A certificate for localhost that signs itself."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    certificate = builder.sign(key, hashes.SHA256())
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(private)
