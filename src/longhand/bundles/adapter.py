"""What adapts a model to one person's hand: a change of its last layer, shifts of its inner ones, and their file.

One network reads the pictures of everybody in one batch, each picture with the shifts of whoever sent it; each person's
adapter then changes what its last layer makes of their own. An adapter belongs to one network, and says which by the
SHA-256 of `model.onnx`.
"""

import hashlib
import io
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from longhand.bundles.errors import BundleError

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]
FORMAT, SHIFTED = "1", "2"
"""What a file says of itself: whether it holds a change of the last layer alone, or shifts as well."""

NONE: Halves = np.zeros(0, np.float16)


@dataclass(frozen=True)
class Adapter:
    """Adds features · `weights` + `bias` to the logits: (channels, outputs) and (outputs,), in half precision, as no
    reading depends on the fourth digit and twice as many people fit into memory. `network` is the SHA-256 of the
    network that it is for, whose features are divided by `scale` first.

    `shifts` are what the network takes beside a picture, none where it takes none or this person has none; they were
    learned from so many `lessons`.
    """

    network: str
    scale: float
    weights: Halves
    bias: Halves
    shifts: Halves = field(default_factory=NONE.copy)
    lessons: int = 0

    def apply(self, logits: Floats, features: Floats) -> Floats:
        """The logits of this person's picture, of (frames, outputs) or of a glyph (outputs,)."""
        direct = self.weights.astype(np.float32) / np.float32(self.scale)
        return np.asarray(logits + features @ direct + self.bias.astype(np.float32), np.float32)

    def fits(self, network: str, channels: int, outputs: int, shifts: int = 0) -> bool:
        """Whether it is for this network, which has so many features and outputs, and takes so many shifts."""
        shaped = self.weights.shape == (channels, outputs) and len(self.shifts) in (0, shifts)
        return self.network == network and shaped

    @property
    def size(self) -> int:
        """The bytes that it takes in memory."""
        return self.weights.nbytes + self.bias.nbytes + self.shifts.nbytes

    @cached_property
    def digest(self) -> str:
        """SHA-256 of its file, in hex."""
        return hashlib.sha256(self.pack()).hexdigest()

    def pack(self) -> bytes:
        """The adapter as a file, which `unpack` reads; the same adapter is the same bytes."""
        packed = io.BytesIO()
        if len(self.shifts):
            header = np.array([SHIFTED, self.network, repr(self.scale), str(self.lessons)])
            np.savez(packed, header=header, weights=self.weights, bias=self.bias, shifts=self.shifts)
        else:
            header = np.array([FORMAT, self.network, repr(self.scale)])
            np.savez(packed, header=header, weights=self.weights, bias=self.bias)
        return packed.getvalue()


def unpack(data: bytes, digest: str) -> Adapter:
    """The adapter in a file of this SHA-256; raises BundleError where it is another file, or of another release."""
    if hashlib.sha256(data).hexdigest() != digest:
        raise BundleError("A person's adapter is damaged, or not the one that was published.")
    with np.load(io.BytesIO(data), allow_pickle=False) as values:
        form, network, scale, *lessons = (str(part) for part in values["header"])
        if form not in (FORMAT, SHIFTED):
            raise BundleError(f"A person's adapter has format {form}; this release reads {SHIFTED}. Update Longhand.")
        last = Adapter(network, float(scale), values["weights"], values["bias"])
        return replace(last, shifts=values["shifts"], lessons=int(lessons[0])) if form == SHIFTED else last
