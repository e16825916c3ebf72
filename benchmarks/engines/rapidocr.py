"""RapidOCR's recogniser alone: PP-OCRv4 on ONNX Runtime, with the models that its wheel carries."""

from collections.abc import Sequence
from importlib import metadata
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.engines.base import EngineMissing, Reading, Task
from benchmarks.engines.pixels import decode

DISTRIBUTION = "rapidocr-onnxruntime"


class RapidOcrEngine:
    """The recogniser without its finder of lines, for every picture here is one line.

    It has no setting for the characters that can occur: what it reads is brought to them by case, the rest dropped.
    """

    def __init__(self, task: Task, threads: int) -> None:
        self._characters = task.characters
        self._recognise = _load(threads)
        self.version = metadata.version(DISTRIBUTION)

    def read(self, pictures: Sequence[bytes]) -> list[Reading]:
        """See Engine."""
        self._recognise.rec_batch_num = len(pictures)
        answers, _ = self._recognise([_colour(decode(data)) for data in pictures])
        return [Reading(restrict(text, self._characters), float(confidence)) for text, confidence in answers]


def restrict(text: str, characters: str) -> str:
    """What is left of a text where only some characters can occur, none named meaning all."""
    if not characters:
        return text
    cases = ([one, one.lower(), one.upper()] for one in text)
    return "".join(next((c for c in forms if c in characters), "") for forms in cases)


def _load(threads: int) -> Any:
    try:
        from rapidocr_onnxruntime import main
    except ImportError as error:
        raise EngineMissing(
            "RapidOCR is not installed; `make benchmark` installs it from requirements/peers.txt."
        ) from error
    chosen = {"intra_op_num_threads": threads, "inter_op_num_threads": 1}
    config = main.update_model_path(main.read_yaml(main.DEFAULT_CFG_PATH))
    return main.TextRecognizer(main.UpdateParameters()(config, **chosen)["Rec"])


def _colour(gray: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.repeat(gray[:, :, None], 3, axis=2)
