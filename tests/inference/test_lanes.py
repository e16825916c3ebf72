"""The network runs beside all else, a few parts at a time, and leaves nothing behind."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from longhand.handwriting.errors import NoInk
from longhand.handwriting.images import Picture, decode
from longhand.inference import load
from longhand.inference.base import FEW, MANY
from longhand.inference.executors import NetworkExecutor
from longhand.inference.session import Floats, Inputs
from tests.bundles import stroke_counter
from tests.prediction.pictures import blank, word

BAD = np.zeros(1, np.float32)


class Doubler:
    """A network of one input that takes its time, in one thread at once."""

    name = "doubler"

    def __init__(self) -> None:
        self._inside = threading.Lock()

    def run(self, inputs: Inputs) -> Floats:
        if len(inputs) > 1:
            raise NoInk("network")
        assert self._inside.acquire(blocking=False), "two threads use one session"
        time.sleep(0.001)
        self._inside.release()
        return np.asarray(2 * inputs[0], np.float32)


class Opened:
    """Counts how often a session is opened, which takes a while."""

    def __init__(self) -> None:
        self.sessions: list[Doubler] = []

    def __call__(self) -> Doubler:
        time.sleep(0.005)
        self.sessions.append(Doubler())
        return self.sessions[-1]


def begin(part: int) -> list[Inputs]:
    return [(np.full(1, part + i, np.float32),) for i in range(3)]


def finish(part: int, answers: list[Floats]) -> tuple[int, list[float]]:
    return part, [float(one[0]) for one in answers]


def count_threads() -> int:
    return sum(thread.name.startswith("network") for thread in threading.enumerate())


@pytest.mark.parametrize("count", [1, 3])
def test_every_part_gets_its_answers_in_order(count: int) -> None:
    found = NetworkExecutor(Opened(), count).run(begin, finish, range(20))
    assert found == [(part, [2.0 * (part + i) for i in range(3)]) for part in range(20)]
    assert count_threads() == 0


def test_only_a_few_parts_are_under_way() -> None:
    taken, ahead, finished = 0, [], []

    def parts() -> Iterator[int]:
        nonlocal taken
        for part in range(30):
            taken += 1
            yield part

    def watch(part: int, answers: list[Floats]) -> None:
        finished.append(part)
        ahead.append(taken - len(finished))

    NetworkExecutor(Opened(), 2).run(begin, watch, parts())
    assert max(ahead) <= 4 and finished == list(range(30))


def test_sessions_are_opened_once_however_many_ask_at_first() -> None:
    opened = Opened()
    executor = NetworkExecutor(opened, 2)
    assert not opened.sessions
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: executor.run(begin, finish, range(5)), range(4)))
    assert len(opened.sessions) == 2 and all(one == found[0] for one in found)


@pytest.mark.parametrize("where", ["parts", "begin", "finish", "network"])
def test_what_goes_wrong_is_raised_and_no_thread_is_left(where: str) -> None:
    def fail(here: str, part: int) -> None:
        if here == where and part == 7:
            raise NoInk(here)

    def parts() -> Iterator[int]:
        for part in range(20):
            fail("parts", part)
            yield part

    def begin_or_fail(part: int) -> list[Inputs]:
        fail("begin", part)
        return [*begin(part), (BAD, BAD)] if where == "network" and part == 7 else begin(part)

    def finish_or_fail(part: int, answers: list[Floats]) -> int:
        fail("finish", part)
        return part

    with pytest.raises(NoInk, match=where):
        NetworkExecutor(Opened(), 2).run(begin_or_fail, finish_or_fail, parts())
    assert count_threads() == 0


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stroke_counter(tmp_path_factory.mktemp("bundles") / "text", "a")


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_pictures_are_taken_while_others_are_read(bundle: Path, threads: int) -> None:
    recogniser = load(bundle, threads, "onnxruntime")
    widths = np.random.default_rng(2).choice(np.arange(40, 400, 20), 5 * MANY).tolist()
    drawn = {width: decode(word(width)) for width in set(widths)}
    found = recogniser.read(drawn[width] for width in widths)
    assert [len(one.text) for one in found] == [(width - 20) // 20 for width in widths]
    assert count_threads() == 0


@pytest.mark.parametrize("before", [0, FEW - 2, 3 * FEW, 3 * MANY])
def test_a_blank_page_among_many_is_no_guess(bundle: Path, before: int) -> None:
    def pictures() -> Iterator[Picture]:
        yield from [picture] * before
        yield decode(blank())
        yield from [picture] * 3

    picture, recogniser = decode(word(100)), load(bundle, 2, "onnxruntime")
    with pytest.raises(NoInk):
        recogniser.read(pictures())
    assert count_threads() == 0
    assert recogniser.read([picture] * 2 * FEW)[-1].text == "aaaa"
