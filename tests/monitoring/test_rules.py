"""Alerting rules and routes, as Prometheus' and Alertmanager's own tools judge them."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
RULES = sorted((ROOT / "prometheus" / "rules").glob("*.yml"))
TESTS = sorted((ROOT / "prometheus" / "tests").glob("*.yml"))
JOBS = {"gateway", "ingestion", "training", "prediction"}


def ask(program: str, *arguments: str | Path) -> str:
    """What a program of Debian's answers; a test is left out where it is missing, and fails where it objects."""
    found = shutil.which(program)
    if not found:
        pytest.skip(f"{program} is missing; on Debian: apt-get install prometheus prometheus-alertmanager")
    done = subprocess.run([found, *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def alerts(file: Path) -> list[dict[str, object]]:
    return [rule for group in yaml.safe_load(file.read_text())["groups"] for rule in group["rules"]]


@pytest.mark.parametrize("file", TESTS, ids=lambda file: file.stem)
def test_the_rules_fire_when_they_should_and_only_then(file: Path) -> None:
    assert "SUCCESS" in ask("promtool", "test", "rules", file)


def test_every_rule_has_a_test() -> None:
    tested = {
        case["alertname"]
        for file in TESTS
        for test in yaml.safe_load(file.read_text())["tests"]
        for case in test["alert_rule_test"]
        if case["exp_alerts"]
    }
    assert {str(rule["alert"]) for file in RULES for rule in alerts(file)} - tested == set()


@pytest.mark.parametrize("name", ["prometheus.yml", "embedded.yml"])
def test_prometheus_takes_its_configuration_and_scrapes_every_service(name: str) -> None:
    file = ROOT / "prometheus" / name
    ask("promtool", "check", "config", file)
    assert {scrape["job_name"] for scrape in yaml.safe_load(file.read_text())["scrape_configs"]} >= JOBS


def test_alertmanager_takes_its_routes() -> None:
    assert "1 receivers" in ask("amtool", "check-config", ROOT / "alertmanager" / "alertmanager.yml")


def test_the_webhook_comes_from_the_environment(tmp_path: Path) -> None:
    program = tmp_path / "alertmanager"
    program.write_text('#!/bin/sh\ncat "${1#--config.file=}"\n')
    program.chmod(0o755)
    address = "https://hooks.example/a|b?c=1&d=2"
    environment = {"PATH": f"{tmp_path}:{os.defpath}", "LONGHAND_ALERT_WEBHOOK": address}
    shown = subprocess.run(
        [ROOT / "alertmanager" / "start"], env=environment, capture_output=True, text=True, check=True, timeout=10
    ).stdout
    assert yaml.safe_load(shown)["receivers"][0]["webhook_configs"][0]["url"] == address
