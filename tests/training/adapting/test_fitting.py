"""A version is made a person's own, and judged, with a network of a few hundred bytes."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest

from longhand.bundles.adapter import Adapter
from longhand.contracts.adaptations import Refusal
from longhand.contracts.readings import Task
from longhand.datasets.sample import Sample
from longhand.inference import load
from longhand.learning.adaptation import Pace
from services.training.adapting.fitting import SHARES, Fitting, Verdict, use_most
from services.training.adapting.material import JUDGING, PULLING, Material, gather
from tests.bundles import glyph_guesser, stroke_counter
from tests.drawings import encode, written

FAST = Pace(steps=60, rate=0.3, pull=0.0)


def sample(number: int, text: str, drawn: str) -> Sample:
    read = partial(encode, written(drawn, number).gray)
    return Sample("made", f"made-{number}", text, f"made-{number}", "gate", read)


@pytest.fixture
def guesser(tmp_path: Path) -> Path:
    return glyph_guesser(tmp_path / "characters", "7")


def test_a_glyph_that_was_corrected_is_read_right(guesser: Path) -> None:
    others = [sample(number, "7", "7") for number in range(3)]
    fitting = Fitting(load(guesser, threads=1), Material(others, [], drawn=True), FAST)
    shown = fitting.show("1" * 64, encode(written("4").gray), "4")
    verdict = fitting.fit([shown])
    assert verdict.adapter is not None and verdict.reason == ""
    assert shown.answer.logits.argmax() != shown.answer.adapt(verdict.adapter).logits.argmax()


def test_an_adapter_that_reads_others_worse_is_refused(guesser: Path) -> None:
    others = [sample(number, "7", "7") for number in range(3)]
    fitting = Fitting(load(guesser, threads=1), Material(others, others, drawn=True), FAST)
    verdict = fitting.fit([fitting.show("1" * 64, encode(written("4").gray), "4")])
    assert verdict.adapter is None and verdict.rise == 1.0 and "read worse, by 100.0 points" in verdict.reason
    assert verdict.code is Refusal.OTHERS_WORSE


def test_an_adapter_that_does_not_read_the_correction_right_is_refused(guesser: Path) -> None:
    others = [sample(number, "7", "7") for number in range(3)]
    slow = Pace(steps=1, rate=1e-4)
    fitting = Fitting(load(guesser, threads=1), Material(others, others, drawn=True), slow)
    verdict = fitting.fit([fitting.show("1" * 64, encode(written("4").gray), "4")])
    assert verdict.adapter is None and verdict.rise == 0.0 and "not be read right" in verdict.reason
    assert verdict.code is Refusal.STILL_MISREAD


def test_as_much_of_an_adapter_is_used_as_others_pictures_allow() -> None:
    whole = Adapter("f" * 64, 1.0, np.ones((2, 2), np.float16), np.ones(2, np.float16))

    def judge(adapter: Adapter) -> Verdict:
        """Others are read worse the more is changed, and not measurably by half of it."""
        change = float(adapter.apply(np.zeros((1, 2), np.float32), np.zeros((1, 2), np.float32)).max())
        return Verdict(adapter, 0.0) if change <= 0.5 else Verdict(None, change)

    used = use_most(whole, judge).adapter
    assert used is not None and float(used.bias[0]) == float(used.weights[0, 0]) == 0.5
    assert used.digest != whole.digest
    refused = use_most(whole, lambda _: Verdict(None, 1.0, "never"))
    assert refused.adapter is None and refused.reason == "never" and SHARES[0] == 1.0


def test_a_text_that_the_model_cannot_write_teaches_nothing(tmp_path: Path) -> None:
    others = [sample(number, "a", "l") for number in range(2)]
    fitting = Fitting(load(stroke_counter(tmp_path / "text", "a"), threads=1), Material(others, others, drawn=True))
    verdict = fitting.fit([fitting.show("1" * 64, encode(written("l").gray), "Ж")])
    assert verdict.adapter is None and "can be written" in verdict.reason and verdict.code is Refusal.CANNOT_WRITE


def test_pictures_that_are_known_are_not_read_again(guesser: Path) -> None:
    fitting = Fitting(load(guesser, threads=1), Material([sample(1, "7", "7")], [], drawn=True), FAST)
    one = fitting.show("1" * 64, encode(written("4").gray), "4")
    again = fitting.show("1" * 64, b"not even looked at", "5")
    assert np.array_equal(one.answer.logits, again.answer.logits) and again.text == "5"


@pytest.mark.parametrize("task", Task)
def test_a_fresh_machine_draws_its_pictures(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LONGHAND_DATASETS", raising=False)
    material = gather(task)
    assert material.drawn and (len(material.pulling), len(material.judging)) == (PULLING, JUDGING)
    assert not {one.name for one in material.pulling} & {one.name for one in material.judging}
    assert [one.text for one in gather(task).judging] == [one.text for one in material.judging]
