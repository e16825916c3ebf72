"""What adapts a model to one person's hand: a change of its last layer, and the file that holds it.

One network reads the pictures of everybody in one batch; each person's adapter then changes what its last layer makes
of their own. An adapter belongs to one network, and says which by the SHA-256 of `model.onnx`.
"""

import hashlib
import io
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from longhand.bundles.errors import BundleError

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]
FORMAT = 1


@dataclass(frozen=True)
class Adapter:
    """Adds features · `weights` + `bias` to the logits: (channels, outputs) and (outputs,), in half precision, as no
    reading depends on the fourth digit and twice as many people fit into memory. `network` is the SHA-256 of the
    network that it is for, whose features are divided by `scale` first.
    """

    network: str
    scale: float
    weights: Halves
    bias: Halves

    def apply(self, logits: Floats, features: Floats) -> Floats:
        """The logits of this person's picture, of (frames, outputs) or of a glyph (outputs,)."""
        direct = self.weights.astype(np.float32) / np.float32(self.scale)
        return np.asarray(logits + features @ direct + self.bias.astype(np.float32), np.float32)

    def fits(self, network: str, channels: int, outputs: int) -> bool:
        """Whether it is for this network, which has so many features and outputs."""
        return self.network == network and self.weights.shape == (channels, outputs)

    @property
    def size(self) -> int:
        """The bytes that it takes in memory."""
        return self.weights.nbytes + self.bias.nbytes

    @cached_property
    def digest(self) -> str:
        """SHA-256 of its file, in hex."""
        return hashlib.sha256(self.pack()).hexdigest()

    def pack(self) -> bytes:
        """The adapter as a file, which `unpack` reads; the same adapter is the same bytes."""
        packed = io.BytesIO()
        header = np.array([str(FORMAT), self.network, repr(self.scale)])
        np.savez(packed, header=header, weights=self.weights, bias=self.bias)
        return packed.getvalue()


def unpack(data: bytes, digest: str) -> Adapter:
    """The adapter in a file of this SHA-256; raises BundleError where it is another file, or of another release."""
    if hashlib.sha256(data).hexdigest() != digest:
        raise BundleError("A person's adapter is damaged, or not the one that was published.")
    with np.load(io.BytesIO(data), allow_pickle=False) as values:
        form, network, scale = (str(part) for part in values["header"])
        if form != str(FORMAT):
            raise BundleError(f"A person's adapter has format {form}; this release reads {FORMAT}. Update Longhand.")
        return Adapter(network, float(scale), values["weights"], values["bias"])
