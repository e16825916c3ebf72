"""Running a network: ONNX Runtime or OpenVINO behind one protocol, whichever is faster on this machine."""

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from longhand.bundles.errors import BundleError

Floats = NDArray[np.float32]
Inputs = tuple[Floats, ...]


class Session(Protocol):
    """A loaded network."""

    name: str

    def run(self, inputs: Inputs) -> Floats:
        """The network's logits for its inputs, in their order; the last of them may be left out, and is 0 then. Safe to
        call from one thread at a time."""
        ...

    def run_all(self, inputs: Inputs) -> list[Floats]:
        """The logits, and then the features where the network answers them; as `run`."""
        ...


class OnnxRuntimeSession:
    """ONNX Runtime on the processor, with threads that sleep while they wait."""

    name = "onnxruntime"

    def __init__(self, model: Path, threads: int) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # Without VNNI instructions, products of eight-bit numbers saturate at 16 bits unless this is set: the logits of
        # a quantised network were up to half of the largest away from what its card was measured with.
        options.add_session_config_entry("session.x64quantprecision", "1")
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                model.read_bytes(), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            raise BundleError(f"{model} is not a network that can be run. Fetch the model again.") from error
        self._inputs = [given.name for given in self._session.get_inputs()]
        self._absent = _list_absent([given.shape for given in self._session.get_inputs()])

    def run(self, inputs: Inputs) -> Floats:
        """See Session."""
        return self.run_all(inputs)[0]

    def run_all(self, inputs: Inputs) -> list[Floats]:
        """See Session."""
        whole = inputs + self._absent[len(inputs) :]
        answers = self._session.run(None, dict(zip(self._inputs, whole, strict=True)))
        return [np.asarray(answer, np.float32) for answer in answers]


class OpenVinoSession:
    """OpenVINO on the processor, in float32 or, where asked, in bfloat16."""

    name = "openvino"

    def __init__(self, model: Path, threads: int, precision: str = "f32") -> None:
        import openvino

        self.name = "openvino" if precision == "f32" else f"openvino-{precision}"
        options: dict[str, object] = {
            "INFERENCE_NUM_THREADS": threads,
            "NUM_STREAMS": 1,
            "INFERENCE_PRECISION_HINT": precision,
            "PERFORMANCE_HINT": "LATENCY",
            # Each session would else be bound to the first cores, and many of one thread all to the same one.
            "ENABLE_CPU_PINNING": False,
        }
        try:
            core = openvino.Core()
            compiled = core.compile_model(core.read_model(model), "CPU", options)
            shapes = [[-1 if one.is_dynamic else one.get_length() for one in i.partial_shape] for i in compiled.inputs]
            self._request, self._absent = compiled.create_infer_request(), _list_absent(shapes)
        except Exception as error:
            raise BundleError(f"{model} is not a network that can be run. Fetch the model again.") from error

    def run(self, inputs: Inputs) -> Floats:
        """See Session."""
        return np.array(next(iter(self._infer(inputs))), np.float32)

    def run_all(self, inputs: Inputs) -> list[Floats]:
        """See Session."""
        return [np.array(answer, np.float32) for answer in self._infer(inputs)]

    def _infer(self, inputs: Inputs) -> Iterable[Floats]:
        answers: Iterable[Floats] = self._request.infer([*inputs, *self._absent[len(inputs) :]]).values()
        return answers


def _list_absent(shapes: Sequence[Sequence[object]]) -> Inputs:
    """What stands for each input that is left out: zeros, for any number of pictures."""
    return tuple(
        np.zeros([size if isinstance(size, int) and size > 0 else 1 for size in shape], np.float32) for shape in shapes
    )


Open = Callable[[Path, int], Session]
ENGINES: Mapping[str, Open] = {
    "onnxruntime": OnnxRuntimeSession,
    "openvino": OpenVinoSession,
    "openvino-bf16": lambda model, threads: OpenVinoSession(model, threads, "bf16"),
}


_COMPARED = ("onnxruntime", "openvino")


def open_session(model: Path, threads: int, engine: str, examples: Sequence[Inputs]) -> Session:
    """Open a network with an engine of ENGINES; raises BundleError where it cannot be run, or does not read `examples`.

    `threads` 0 means one per core.
    """
    session = ENGINES[engine](model, threads or os.cpu_count() or 1)
    try:
        for example in examples:
            session.run(example)
    except Exception as error:
        raise BundleError(f"{model} does not read what its card says it reads. Fetch the model again.") from error
    return session


def choose_engine(model: Path, examples: Sequence[Inputs]) -> str:
    """The engine of those installed that answers all `examples` soonest in one thread, as the executor runs them; ONNX
    Runtime for a network in eight bits: others round differently there, and it is with this one that cards are
    measured.

    Raises BundleError as `open_session` does.
    """
    names = ["onnxruntime"] if b"QuantizeLinear" in model.read_bytes() else list(filter(_available, _COMPARED))

    def rate(name: str) -> float:
        session = open_session(model, 1, name, examples)
        return sum(_seconds(session, example) for example in examples)

    return min(names, key=rate) if len(names) > 1 else names[0]


def _available(engine: str) -> bool:
    try:
        __import__(engine)
    except ImportError:
        return False
    return True


def _seconds(session: Session, example: Inputs, rounds: int = 3) -> float:
    """The best of a few rounds."""
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        session.run(example)
        times.append(time.perf_counter() - started)
    return min(times)
