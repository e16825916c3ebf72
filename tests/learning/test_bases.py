"""A network of others, rebuilt: it answers what theirs does, and its last layer what our alphabet needs."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray

from longhand.handwriting.batching import lay
from longhand.learning.bases.heads import cut, find_missing
from longhand.learning.bases.initializers import CONVOLUTIONS, LAST, PARTS
from longhand.learning.bases.sources import PP_OCR, Base
from longhand.learning.bases.transfer import Graph, read_graph, transfer
from longhand.learning.errors import BaseMissing, ShapeMismatch
from longhand.learning.svtr import SQUEEZED, build_svtr
from tests.learning.test_svtr import answer

KNOWN = ("", "a", "b", "C", "!", " ")
TINY = {"height": 48, "width": 16, "neck": 16, "heads": 2}
Floats = NDArray[np.float32]


@pytest.fixture(scope="module")
def file() -> Path:
    try:
        return PP_OCR.find()
    except BaseMissing as error:
        pytest.skip(error.sentence)


@pytest.fixture(scope="module")
def graph(file: Path) -> Graph:
    return read_graph(file)


def likely(logits: Floats) -> NDArray[np.float64]:
    """Probabilities, in float64: engines sum up thousands of them with an error of their own."""
    exact = np.exp(logits.astype(np.float64) - logits.max(axis=-1, keepdims=True))
    return np.asarray(exact / exact.sum(axis=-1, keepdims=True))


def test_the_rebuilt_network_answers_what_the_makers_does(file: Path, graph: Graph) -> None:
    model = transfer(graph, {"height": 48})
    pixels, mask = lay(list(np.random.default_rng(0).integers(0, 256, (2, 48, 320), np.uint8)))
    ours = answer(model, (pixels, mask))
    theirs = run_original(file, np.repeat(1 - 2 * pixels.transpose(0, 3, 1, 2), 3, axis=1))
    assert ours.shape == theirs.shape == (2, 40, 18710)
    assert np.abs(likely(ours) - likely(theirs)).max() <= 1e-5


def run_original(file: Path, pictures: Floats) -> Floats:
    """The logits of the makers' graph, which would answer their softmax."""
    model = onnx.load(file)
    last = next(node for node in model.graph.node if model.graph.output[0].name in node.output)
    model.graph.output.append(onnx.helper.make_empty_tensor_value_info(last.input[0]))
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return np.asarray(session.run([last.input[0]], {"x": pictures})[0])


def test_the_head_is_cut_to_the_alphabet_that_is_asked_for(graph: Graph) -> None:
    pictures = lay(list(np.random.default_rng(0).integers(0, 256, (1, 48, 96), np.uint8)))
    whole, some = (
        answer(transfer(graph, {"height": 48}), pictures),
        answer(transfer(graph, {"height": 48}, "é a¡"), pictures),
    )
    places = [0, *(graph.known.index(one) for one in "é a!")]
    assert np.abs(some - whole[..., places]).max() < 1e-4
    assert find_missing(graph.known, "é a¡") == "¡"


def test_a_character_that_the_base_lacks_starts_from_its_nearest() -> None:
    weights = np.array([[9, 1, 2, 3, 4, 5]], np.float32)
    assert cut(weights, KNOWN, "b aâ¡Ç").tolist() == [[9, 2, 5, 1, 1, 4, 3]]
    assert cut(weights, KNOWN, "€").tolist() == [[9, 3]]
    assert cut(weights, KNOWN, "z").tolist() == [[9, 3]], "the mean of all characters, without the blank"
    assert cut(weights[0], KNOWN, "b").tolist() == [9, 2], "biases are cut the same way"


def test_weights_go_by_their_names(tiny: Graph) -> None:
    model = transfer(tiny, TINY, "Cab")
    stem = tiny.weights["conv2d_68.w_0"].sum(axis=1)
    assert np.allclose(model.get_layer("stem1").get_weights()[0][:, :, 0], stem.transpose(1, 2, 0))
    depthwise = tiny.weights["conv2d_120.w_0"][:, 0]
    assert np.array_equal(
        model.get_layer("stage3_block2_depthwise").get_weights()[0][..., 0], depthwise.transpose(1, 2, 0)
    )
    query = tiny.weights["linear_4.w_0"][:, :16].reshape(16, 2, 8)
    assert np.array_equal(model.get_layer("attention2").get_weights()[0], query)
    assert np.array_equal(model.get_layer("logits").get_weights()[1], tiny.weights[f"{LAST}.b_0"][[0, 3, 1, 2]])
    assert all(len(names) == len(PARTS[5 if squeezes else 3]) for names, squeezes in blocks())


def blocks() -> list[tuple[tuple[int, ...], bool]]:
    names = [f"stage{s + 1}_block{b + 1}" for s, stage in enumerate(SQUEEZED) for b in range(len(stage))]
    return [(CONVOLUTIONS[name], squeezes) for name, squeezes in zip(names, sum(SQUEEZED, ()), strict=True)]


def test_a_graph_of_another_network_is_refused(tiny: Graph) -> None:
    with pytest.raises(ShapeMismatch, match="for stem1"):
        transfer(tiny, {**TINY, "width": 32})
    less = {name: weights for name, weights in tiny.weights.items() if name != "conv2d_74.w_0"}
    with pytest.raises(ShapeMismatch, match=r"no weights 'conv2d_74\.w_0'"):
        transfer(Graph(less, KNOWN), TINY)


def test_a_base_that_is_not_installed_is_missing() -> None:
    absent = Base(**{**vars(PP_OCR), "package": "no-such-package"})
    other = Base(**{**vars(PP_OCR), "package": "numpy", "file": "numpy/__init__.py"})
    for base, reason in ((absent, "is not installed. Install it: pip install"), (other, "has to be 6f32")):
        with pytest.raises(BaseMissing, match=reason):
            base.find()


def test_its_licence_comes_with_it(file: Path) -> None:
    assert "Apache License" in PP_OCR.read_licence()
    assert {"makers", "licence", "sha256", "changes"} <= PP_OCR.facts.keys()


@pytest.fixture(scope="module")
def tiny() -> Graph:
    """Random weights, named like the makers', of a small network of the same shape."""
    model, random = build_svtr(outputs=len(KNOWN), **TINY), np.random.default_rng(0)

    def draw(*shape: int) -> Floats:
        return random.normal(0, 0.1, shape).astype(np.float32)

    weights = {f"{LAST}.w_0": draw(16, len(KNOWN)), f"{LAST}.b_0": draw(len(KNOWN))}
    bias = 0
    for part, numbers in CONVOLUTIONS.items():
        ends = PARTS[len(numbers)] if part != "stem" else range(1, 6)
        for end, number in zip(ends, numbers, strict=True):
            rows, columns, given, made = model.get_layer(f"{part}{end}").get_weights()[0].shape
            outputs, inputs = (given, 1) if end == "_depthwise" else (made, 3 if part + str(end) == "stem1" else given)
            weights[f"conv2d_{number}.w_0"] = draw(outputs, inputs, rows, columns)
            weights[f"p2o.pd_op.reshape.{bias}.0"] = draw(1, outputs, 1, 1)
            bias += 1
    for number, inputs, columns in ((67, 64, 1), (65, 64, 1), (66, 1, 7)):
        weights[f"conv2d_{number}.w_0"] = draw(16, inputs, 1, columns)
        for part in ("w_0", "b_0", "w_1", "w_2"):
            weights[f"batch_norm2d_{number - 10}.{part}"] = draw(16)
    weights |= {f"helper.reshape.{i}": draw(16) for i in range(10)}
    for i, (inputs, made) in enumerate([(16, 48), (16, 16), (16, 32), (32, 16)] * 2):
        weights |= {f"linear_{i}.w_0": draw(inputs, made), f"linear_{i}.b_0": draw(made)}
    return Graph(weights, KNOWN)
