"""One network answers for everybody; each person's adapter changes the answers to their own pictures."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from longhand.bundles.adapter import NONE, Adapter, unpack
from longhand.bundles.errors import BundleError
from longhand.inference import Recogniser, load
from tests.bundles import stroke_counter
from tests.drawings import written


def build(recogniser: Recogniser, bias: float) -> Adapter:
    """One that makes `a` likelier or less likely everywhere."""
    outputs = recogniser.card.alphabet.size
    shift = np.array([0, bias], np.float16)
    return Adapter(recogniser.card.sha256, 1.0, np.zeros((outputs, outputs), np.float16), shift)


@pytest.fixture
def recogniser(tmp_path: Path) -> Recogniser:
    return load(stroke_counter(tmp_path / "text", "a"), threads=1)


def test_adapters_of_several_people_follow_one_batch(recogniser: Recogniser) -> None:
    prepared = [recogniser.prepare(written("ll ll"))] * 3
    answers = recogniser.answer(prepared)
    adapters = [None, build(recogniser, 0.0), build(recogniser, -1000.0)]
    assert all(recogniser.takes(one) for one in adapters if one)
    adapted = [one.adapt(adapter) if adapter else one for one, adapter in zip(answers, adapters, strict=True)]
    read = [recogniser.interpret(one.logits, prepared[0]).text for one in adapted]
    assert read[0] == read[1] != "" and read[2] == ""


def test_answers_are_the_logits_and_stand_in_for_features(recogniser: Recogniser) -> None:
    prepared = [recogniser.prepare(written("l")), recogniser.prepare(written("llll"))]
    for one, logits in zip(recogniser.answer(prepared), recogniser.logits(prepared), strict=True):
        assert np.array_equal(one.logits, logits) and np.array_equal(one.features, logits)


def test_an_adapter_of_another_network_is_not_taken(recogniser: Recogniser) -> None:
    own = build(recogniser, 0.0)
    assert not recogniser.takes(replace(own, network="f" * 64))
    assert not recogniser.takes(replace(own, shifts=np.zeros(2, np.float16)))
    assert not recogniser.takes(replace(own, weights=np.zeros((3, 2), np.float16)))


@pytest.mark.parametrize("engine", ["onnxruntime", "openvino"])
def test_each_picture_is_read_beside_its_own_shifts(tmp_path: Path, engine: str) -> None:
    shifted = load(stroke_counter(tmp_path / "text", "a", shifts=True), threads=1, engine=engine)
    prepared = [shifted.prepare(written("ll ll"))] * 3
    never = np.array([0, -1000], np.float16)
    answers = shifted.answer(prepared, [NONE, never, np.zeros(2, np.float16)])
    read = [shifted.interpret(one.logits, prepared[0]).text for one in answers]
    assert read[0] == read[2] != "" and read[1] == ""
    plain = shifted.answer(prepared)
    assert np.array_equal(answers[0].logits, plain[0].logits) and np.array_equal(answers[2].logits, plain[2].logits)
    assert shifted.takes(replace(build(shifted, 0.0), shifts=never))
    assert not shifted.takes(replace(build(shifted, 0.0), shifts=never[:1]))


def test_an_adapter_comes_back_from_its_file_as_it_was(recogniser: Recogniser) -> None:
    last = build(recogniser, 1.0)
    for adapter in (last, replace(last, shifts=np.array([1, 2, 3], np.float16), lessons=20)):
        again = unpack(adapter.pack(), adapter.digest)
        assert again.lessons == adapter.lessons and again.size == adapter.size
        assert np.array_equal(again.shifts, adapter.shifts) and np.array_equal(again.bias, adapter.bias)
    assert np.load(io.BytesIO(last.pack()))["header"][0] == "1", "earlier releases read what holds no shifts"
    with pytest.raises(BundleError, match="damaged"):
        unpack(last.pack(), "f" * 64)
