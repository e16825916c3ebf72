"""What is promised of the platform on an idle machine of two cores; each test prints what it measured.

Times are promised for a machine that does the reference workload of the benchmarks in REFERENCE seconds, where they
were first measured; a machine that takes longer for it has as much more time.
"""

import signal
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.machine import time_reference
from services.supervisor.welcome import SAMPLE
from tests.platform import RunningPlatform, alive, running_platform

pytestmark = pytest.mark.prove
SECONDS, MEGABYTES, MILLISECONDS = 15.0, 1280, 25.0
REFERENCE = 0.6432


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a platform that has run once."""
    var = tmp_path_factory.mktemp("home") / "var"
    with running_platform(var) as platform:
        platform.stop()
    return var


@pytest.fixture(scope="module")
def slowness() -> float:
    """How many times as long as the machine of the promises this one takes, 1 where it is faster."""
    taken = time_reference(threads=2)
    print(f"\nthe reference workload takes {taken:.2f} s here, {REFERENCE:.2f} s where the promises were made")
    return max(1.0, taken / REFERENCE)


@pytest.fixture
def platform(home: Path) -> Iterator[RunningPlatform]:
    with running_platform(home) as platform:
        yield platform
        if platform.process.poll() is None:
            platform.stop()


def test_a_second_start_with_its_first_reading_takes_at_most_15_seconds(home: Path, slowness: float) -> None:
    taken = []
    for _ in range(3):
        started = time.monotonic()
        with running_platform(home) as platform:
            taken.append(time.monotonic() - started)
            assert any("A first reading" in line for line in platform.said)
            platform.stop()
    print(f"\nready with a first reading after {', '.join(f'{seconds:.1f}' for seconds in taken)} s")
    assert min(taken) <= SECONDS * slowness


def test_everything_together_takes_at_most_1280_megabytes(platform: RunningPlatform) -> None:
    time.sleep(10)
    shares = {pid: _proportional(pid) for pid in [*platform.pids(), platform.process.pid]}
    print(f"\n{sum(shares.values()):.0f} MB in {len(shares)} processes")
    assert sum(shares.values()) <= MEGABYTES


def test_a_word_takes_at_most_25_milliseconds_half_of_the_time(platform: RunningPlatform, slowness: float) -> None:
    taken = []
    with platform.client() as client:
        for _ in range(220):
            started = time.perf_counter()
            answer = client.post("/predict", files={"file": ("sample.png", SAMPLE.read_bytes(), "image/png")})
            taken.append((time.perf_counter() - started) * 1000)
            assert answer.status_code == 200
    print(f"\np50 {statistics.median(taken[20:]):.1f} ms, p95 {statistics.quantiles(taken[20:], n=20)[-1]:.1f} ms")
    assert statistics.median(taken[20:]) <= MILLISECONDS * slowness


def test_nothing_survives_a_supervisor_that_is_killed(platform: RunningPlatform) -> None:
    pids = platform.pids()
    assert len(pids) >= 8
    platform.stop(signal.SIGKILL)
    deadline = time.monotonic() + 30
    while any(alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not {pid: line for pid, line in pids.items() if alive(pid)}


def _proportional(pid: int) -> float:
    """The process's share of memory (PSS), in MB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("Pss:")).split()[1]) / 1024
