"""Real bundles of a few hundred bytes, with networks whose answers are plain to see."""

import hashlib
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from longhand.bundles.card import Card
from longhand.bundles.files import MODEL, WEIGHTS
from longhand.handwriting.preprocessing import GLYPH_SIZE, TEXT_HEIGHT
from longhand.tasks import GLYPHS

OPSET = 17


def stroke_counter(folder: Path, letter: str, name: str = "text", shifts: bool = False) -> Path:
    """A bundle of the task `text`: it reads every upright stroke as `letter`, so that four strokes are `aaaa`. With
    `shifts` it adds two values of its person's to the logits of blank and letter."""
    nodes = [
        helper.make_node("ReduceMean", ["pixels"], ["ink"], axes=[1, 3], keepdims=0),
        helper.make_node("Mul", ["ink", "mask"], ["seen"]),
        helper.make_node("Unsqueeze", ["seen", "one"], ["row"]),
        helper.make_node("AveragePool", ["row"], ["frames"], kernel_shape=[4], strides=[4]),
        helper.make_node("Transpose", ["frames"], ["columns"], perm=[0, 2, 1]),
        helper.make_node("MatMul", ["columns", "gain"], ["loud"]),
        helper.make_node("Add", ["loud", "bias"], ["logits"]),
    ]
    constants = {
        "one": np.array([1], np.int64),
        "gain": np.array([[0, 200]], np.float32),
        "bias": np.array([0, -20], np.float32),
    }
    inputs: dict[str, list[int | str]] = {"pixels": ["n", TEXT_HEIGHT, "w", 1], "mask": ["n", "w"]}
    if shifts:
        nodes[-1].output[0] = "steady"
        nodes += [
            helper.make_node("Unsqueeze", ["shifts", "one"], ["moved"]),
            helper.make_node("Add", ["steady", "moved"], ["logits"]),
        ]
        inputs["shifts"] = ["m", 2]
    card = Card(
        name=name,
        shifts=2 * shifts,
        task="text",
        characters=letter,
        height=TEXT_HEIGHT,
        preprocessing="text-1",
        threshold=0.5,
        opset=OPSET,
    )
    return _write(folder, card, nodes, constants, inputs)


def glyph_guesser(folder: Path, letter: str) -> Path:
    """A bundle of the task `character`: it reads every glyph as `letter`."""
    nodes = [
        helper.make_node("ReduceMean", ["pixels"], ["ink"], axes=[1, 2], keepdims=0),
        helper.make_node("MatMul", ["ink", "nothing"], ["blank"]),
        helper.make_node("Add", ["blank", "guess"], ["logits"]),
    ]
    guess = np.where(np.array(list(GLYPHS)) == letter, 8, 0).astype(np.float32)
    constants = {"nothing": np.zeros((1, len(GLYPHS)), np.float32), "guess": guess}
    card = Card("characters", "character", GLYPHS, GLYPH_SIZE, "glyph-1", threshold=0.5, opset=OPSET)
    return _write(folder, card, nodes, constants, {"pixels": ["n", GLYPH_SIZE, GLYPH_SIZE, 1]})


def _write(
    folder: Path,
    card: Card,
    nodes: list[onnx.NodeProto],
    constants: dict[str, np.ndarray],  # type: ignore[type-arg]
    inputs: dict[str, list[int | str]],
) -> Path:
    graph = helper.make_graph(
        nodes,
        "toy",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in inputs.items()],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n"] + ["f"] * ("mask" in inputs) + ["o"])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    onnx.checker.check_model(model)
    folder.mkdir(parents=True)
    data = model.SerializeToString()
    (folder / MODEL).write_bytes(data)
    (folder / WEIGHTS).write_bytes(b"nothing to learn from")
    Card(**{**vars(card), "sha256": hashlib.sha256(data).hexdigest()}).write(folder)
    return folder
