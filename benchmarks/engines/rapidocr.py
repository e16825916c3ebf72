"""RapidOCR's recogniser alone: PP-OCRv6 small on ONNX Runtime, as the wheel carries it. Nothing is downloaded."""

from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.engines.base import EngineMissing, Reading, Task
from benchmarks.engines.pixels import decode

DISTRIBUTION, NETWORK = "rapidocr", "PP-OCRv6_rec_small.onnx"


class RapidOcrEngine:
    """The recogniser without its finder of lines, for every picture here is one line.

    It has no setting for the characters that can occur: what it reads is brought to them by case, the rest dropped.
    """

    def __init__(self, task: Task, threads: int) -> None:
        self._characters = task.characters
        self._recognise, self._ask = _load(threads)
        self.version = f"{metadata.version(DISTRIBUTION)} (PP-OCRv6 small)"

    def read(self, pictures: Sequence[bytes]) -> list[Reading]:
        """See Engine."""
        self._recognise.rec_batch_num = len(pictures)
        answer = self._recognise(self._ask(img=[_colour(decode(data)) for data in pictures]))
        pairs = zip(answer.txts, answer.scores, strict=True)
        return [Reading(restrict(text, self._characters), float(confidence)) for text, confidence in pairs]


def restrict(text: str, characters: str) -> str:
    """What is left of a text where only some characters can occur, none named meaning all."""
    if not characters:
        return text
    cases = ([one, one.lower(), one.upper()] for one in text)
    return "".join(next((c for c in forms if c in characters), "") for forms in cases)


def _load(threads: int) -> tuple[Any, Any]:
    """The recogniser, and the class of what it is asked. Its network is named, else RapidOCR might fetch another."""
    try:
        import rapidocr
        from rapidocr.ch_ppocr_rec import TextRecInput, TextRecognizer
        from rapidocr.utils.parse_parameters import ParseParams
    except ImportError as error:  # also where only its wheel is there, whose network a training may begin with
        raise EngineMissing(
            "RapidOCR is not installed; `make benchmark` installs it from requirements/peers.txt."
        ) from error

    folder = Path(rapidocr.__file__).parent
    config = ParseParams.load(folder / "config.yaml")
    engine = config.EngineConfig[config.Rec.engine_type.value]
    engine.update(intra_op_num_threads=threads, inter_op_num_threads=1)
    config.Rec.update(model_path=str(folder / "models" / NETWORK), engine_cfg=engine, font_path=None)
    return TextRecognizer(config.Rec), TextRecInput


def _colour(gray: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.repeat(gray[:, :, None], 3, axis=2)
