"""A bundle's network as a file that other programs run, checked against what the bundle answers."""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from longhand.bundles.card import read_card
from longhand.bundles.errors import BundleError
from longhand.bundles.files import MODEL, WEIGHTS
from longhand.bundles.licences import copy_licence
from longhand.cli.errors import ExportDiffers, TensorFlowMissing
from longhand.cli.formats import NAMES, Format
from longhand.datasets.synthetic.strokes import INK, draw
from longhand.handwriting.images import Picture
from longhand.inference import load
from longhand.inference.session import Inputs, OnnxRuntimeSession
from longhand.tasks import find

TOLERANCE = 1e-3
"""Logits may differ by this much."""

AGREEMENT = 0.9
"""A bundle in eight bits has other logits than its weights; the likeliest character must be the same this often."""

PICTURES = 12
Logits = NDArray[np.float32]


@dataclass(frozen=True)
class Exported:
    """What was written, and how far its answers to drawn pictures are from the bundle's: the largest difference of
    logits, and the share of frames or pictures in which the same character is likeliest."""

    path: Path
    difference: float
    agreement: float


def export(bundle: Path, kind: Format, folder: Path) -> Exported:
    """Write `model.onnx`, `model.keras` or `saved_model/`, whole or not at all, and beside it `card.json` and the
    notices of the model's base.

    Raises BundleError, TensorFlowMissing, and ExportDiffers where what was written answers otherwise than the bundle.
    """
    inputs = draw_inputs(bundle)
    expected = OnnxRuntimeSession(bundle / MODEL, 1).run(inputs)
    write, answer = _ways(kind)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=folder) as aside:
        draft, target = Path(aside) / NAMES[kind], folder / NAMES[kind]
        write(bundle, draft)
        difference, agreement = compare(expected, answer(draft, inputs))
        _put(draft, target)
        read_card(bundle).write(folder)
        copy_licence(bundle, folder)
    return Exported(target, difference, agreement)


def compare(expected: Logits, answered: Logits) -> tuple[float, float]:
    """How far answers are from those expected, as in Exported; raises ExportDiffers where it is too far."""
    if answered.shape != expected.shape:
        raise ExportDiffers(f"The export answers {answered.shape} where the bundle answers {expected.shape}.")
    difference = float(np.abs(answered - expected).max())
    agreement = float((answered.argmax(-1) == expected.argmax(-1)).mean())
    if not (difference <= TOLERANCE or agreement >= AGREEMENT):
        raise ExportDiffers(
            f"The export differs from the bundle by {difference:.2g}, and names the same character in only"
            f" {agreement:.0%} of the places. Are {WEIGHTS} and {MODEL} of one training?"
        )
    return difference, agreement


def draw_inputs(bundle: Path) -> Inputs:
    """Drawn pictures of characters that the bundle knows, as its network takes them."""
    recogniser, random = load(bundle, threads=1, engine="onnxruntime"), np.random.default_rng(0)
    known = sorted(set(recogniser.card.characters) & INK - {" "}) or ["l"]
    size = 1 if find(recogniser.card.task).single else 6
    texts = ["".join(random.choice(known, size)) for _ in range(PICTURES)]
    prepared = [recogniser.prepare(Picture(draw(text, random))) for text in texts]
    return recogniser.lay(prepared)


def _ways(kind: Format) -> tuple[Callable[[Path, Path], object], Callable[[Path, Inputs], Logits]]:
    """How a format is written and how it answers."""
    if kind is Format.ONNX:
        return _copy, lambda path, inputs: OnnxRuntimeSession(path, 1).run(inputs)
    try:
        formats = import_module("longhand.learning.formats")
    except ImportError as error:
        raise TensorFlowMissing(
            f"To export as {kind.value}, install what training needs: pip install 'longhand[training]'."
        ) from error
    write, answer = {
        Format.KERAS: (formats.write_keras, formats.answer_keras),
        Format.SAVEDMODEL: (formats.write_saved_model, formats.answer_saved_model),
    }[kind]
    return lambda bundle, target: write(_weights(bundle), target), answer


def _copy(bundle: Path, target: Path) -> None:
    shutil.copyfile(bundle / MODEL, target)


def _weights(bundle: Path) -> Path:
    if not (bundle / WEIGHTS).is_file():
        raise BundleError(f"{bundle} holds no {WEIGHTS}: it can be exported as onnx alone.")
    return bundle / WEIGHTS


def _put(draft: Path, target: Path) -> None:
    if target.is_dir():
        shutil.rmtree(target)
    draft.replace(target)
