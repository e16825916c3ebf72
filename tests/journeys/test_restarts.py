"""A restart of any service is noticed by nobody: two replicas behind a balancer, under load."""

import time
from pathlib import Path

import pytest

from tests.journeys.fleet import REPLICAS, running_fleet
from tests.journeys.load import Load
from tests.prediction.pictures import word

pytestmark = pytest.mark.prove


def test_no_request_fails_while_each_service_is_restarted_in_turn(tmp_path: Path, mlflow_url: str) -> None:
    picture = tmp_path / "word.png"
    picture.write_bytes(word())
    with (
        running_fleet(tmp_path, mlflow_url) as fleet,
        Load(fleet.url("gateways"), fleet.sign_in(), picture, clients=4, seconds=600) as load,
    ):
        time.sleep(3)
        for name in REPLICAS:
            fleet.restart(name)
        report = load.report(at_once=True)
        print(f"\n{sum(report['statuses'].values())} requests, {report['per_second']:.0f} a second")
        assert report["broken"] == [] and set(report["statuses"]) == {"200"}
        assert report["statuses"]["200"] > 200
        deadline = time.monotonic() + 60
        while fleet.waiting() and time.monotonic() < deadline:
            time.sleep(0.5)
        assert fleet.waiting() == 0
