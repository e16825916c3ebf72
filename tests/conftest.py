"""What tests of several folders share."""

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from coverage import Coverage

from tests.mlflow import mlflow_server
from tests.platform import RunningPlatform, alive, running_platform
from tests.proof import FILE, Proof

ROOMS = Path(__file__).parent
WHOLE = {
    "accuracy",
    "benchmarks",
    "browser",
    "comparison",
    "conformance",
    "embedded",
    "journeys",
    "learning",
    "pipelines",
}
"""Folders whose tests train, serve or measure as a whole: counting the lines that they run would take half as long
again, and what they show is not which lines ran."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Counts lines where parts are tested one by one."""
    counting = []
    if item.path.relative_to(ROOMS).parts[0] in WHOLE or item.get_closest_marker("timed"):
        while (one := Coverage.current()) is not None:  # a worker has two: stopping one lets the other go on
            one.stop()
            counting.append(one)
    try:
        return (yield)
    finally:
        for one in reversed(counting):
            one.start()


@pytest.fixture(scope="session")
def mlflow_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One real MLflow server for the whole session; tests keep apart by the names of their models."""
    with mlflow_server(tmp_path_factory.mktemp("mlflow")) as url:
        yield url


@pytest.fixture(scope="session")
def proof(pytestconfig: pytest.Config) -> Iterator[Proof]:
    """Where long proofs leave their figures; they are kept where such proofs were asked for."""
    proof = Proof()
    yield proof
    if pytestconfig.getoption("markexpr") == "prove":
        proof.write(FILE)


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlatform]:
    """One platform for the whole session: it reads every upright stroke as `a`, and every character as `7`.

    At the end a SIGTERM must leave nothing behind.
    """
    from tests.bundles import glyph_guesser, stroke_counter  # onnx, which most tests do without

    folder = tmp_path_factory.mktemp("platform")
    stroke_counter(folder / "bundles" / "text", "a")
    glyph_guesser(folder / "bundles" / "characters", "7")
    with running_platform(folder / "var", LONGHAND_TRAINING_SOURCE=str(folder)) as platform:
        yield platform
        pids = platform.pids()
        assert platform.stop() == 0
    assert not {pid: line for pid, line in pids.items() if alive(pid)}
