import socket
from pathlib import Path

import pytest
from PIL import Image

from services.supervisor.models import needed
from services.supervisor.ports import NAMES, PortTaken, check_ports
from services.supervisor.programs import platform
from services.supervisor.settings import SupervisorSettings
from services.supervisor.welcome import SAMPLE, FirstReading, describe, show
from tests.ports import free_port
from tests.supervisor.toys import ship


def test_the_offset_moves_every_port() -> None:
    settings = SupervisorSettings(port_offset=20)
    assert [settings.port(name) for name in ("gateway", "prediction", "mlflow")] == [8020, 8320, 5020]
    gateway = next(program for program in platform(settings, {}) if program.name == "gateway")
    assert gateway.environment["LONGHAND_GATEWAY_PORT"] == "8020"
    assert gateway.environment["LONGHAND_GATEWAY_METRICS_PORT"] == "8021"
    assert gateway.environment["LONGHAND_GATEWAY_TRAINING_URL"] == "http://127.0.0.1:8220"
    assert gateway.ready == "http://127.0.0.1:8020/readyz"


def test_everything_that_the_platform_needs_is_started_once() -> None:
    names = [program.name for program in platform(SupervisorSettings(), {})]
    services = ["gateway", "ingestion", "ingestion-worker", "training", "training-worker", "prediction"]
    assert names == ["mlflow", *services]


def test_only_the_gateway_gets_the_certificate_and_the_private_key(tmp_path: Path) -> None:
    settings = SupervisorSettings(tls_cert=tmp_path / "cert.pem", tls_key=tmp_path / "key.pem")
    inherited = {"LONGHAND_TLS_CERT": "cert.pem", "LONGHAND_TLS_KEY": "key.pem", "HOME": "/home/ann"}
    programs = {program.name: program.environment for program in platform(settings, inherited)}
    assert programs["gateway"]["LONGHAND_TLS_CERT"] == str(tmp_path / "cert.pem")
    assert "LONGHAND_TLS_CERT" not in programs["prediction"]
    assert "LONGHAND_GATEWAY_PRIVATE_KEY" not in programs["prediction"]
    assert {environment["HOME"] for environment in programs.values()} == {"/home/ann"}
    assert settings.url("gateway").startswith("https://")
    assert settings.url("prediction").startswith("http://")


def test_demonstration_accounts_exist_on_loopback_only() -> None:
    assert SupervisorSettings().demonstrates
    assert not SupervisorSettings(gateway_host="0.0.0.0").demonstrates
    assert not SupervisorSettings(demo=False).demonstrates
    assert SupervisorSettings(gateway_host="0.0.0.0").url("gateway") == "http://127.0.0.1:8000"


def test_a_port_that_is_taken_is_named_with_its_setting() -> None:
    free = {f"{name}_port": free_port() for name in NAMES}
    check_ports(SupervisorSettings(**free))
    taken = free["training_port"]
    sentence = f"Port {taken} is taken.*LONGHAND_TRAINING_PORT"
    with socket.create_server(("127.0.0.1", taken)), pytest.raises(PortTaken, match=sentence):
        check_ports(SupervisorSettings(**free))


def test_the_welcome_says_where_to_open_what_and_who_may_come_in() -> None:
    settings = SupervisorSettings(port_offset=7)
    text = describe(settings, 4.2)
    assert "ready after 4.2 s" in text and "http://127.0.0.1:8007" in text and "http://127.0.0.1:5007" in text
    assert "user1      1resu" in text and "admin1" in text
    assert "user1" not in describe(SupervisorSettings(demo=False), 4.2)
    assert "“Handwriting”  (confidence 0.98, 21 ms)" in show(settings, FirstReading("Handwriting", 0.98, 0.0214))


def test_the_metrics_of_prediction_are_where_its_own_setting_puts_them() -> None:
    assert SupervisorSettings(port_offset=20).prediction_metrics == "http://127.0.0.1:8320/metrics"
    own = SupervisorSettings(port_offset=20, prediction_metrics_port=9300)
    assert own.prediction_metrics == "http://127.0.0.1:9300/metrics"


def test_only_what_is_shipped_and_has_no_stand_in_is_waited_for(tmp_path: Path) -> None:
    assert needed(tmp_path) == set()
    for model in ("text", "text-fast", "something-else"):
        ship(tmp_path, model)
    (tmp_path / "bundles" / "characters").mkdir()
    assert needed(tmp_path) == {"text"}
    assert needed(SupervisorSettings().training_source) == {"characters", "text"}


def test_the_sample_is_a_picture_with_ink() -> None:
    with Image.open(SAMPLE) as picture:
        assert picture.convert("L").getextrema() == (73, 255)
