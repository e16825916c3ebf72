"""Training that begins with the weights of an earlier network, whose alphabet may have been another."""

from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from longhand.bundles.card import read_card
from longhand.bundles.files import WEIGHTS, digest
from longhand.handwriting.alphabet import Alphabet
from longhand.learning.errors import BaseMissing, ShapeMismatch
from longhand.learning.export import load_network
from longhand.learning.networks import HEAD


@dataclass(frozen=True)
class Start:
    """A trained network, and the alphabet of its outputs."""

    network: keras.Model
    alphabet: Alphabet

    def copy_to(self, model: keras.Model, alphabet: Alphabet) -> None:
        """Give a new network these weights; those of the head by character, so that new characters start fresh.

        Raises ShapeMismatch, and changes nothing, where the networks are not of one shape but for their heads.
        """
        head, before = model.get_layer(HEAD), self.network.get_layer(HEAD)
        ours = [w for w in model.weights if not _belongs(w, head)]
        theirs = [w for w in self.network.weights if not _belongs(w, before)]
        if [w.shape for w in ours] != [w.shape for w in theirs]:
            raise ShapeMismatch("The version to begin with has a network of another shape than the recipe's.")
        for own, given in zip(ours, theirs, strict=True):
            own.assign(given)
        pairs = [*((i, i) for i in range(min(alphabet.offset, self.alphabet.offset))), *self._pairs(alphabet)]
        for own, given in zip(head.weights, before.weights, strict=True):
            rows = np.array(keras.ops.convert_to_numpy(own.value))
            source = keras.ops.convert_to_numpy(given.value)
            rows[..., [new for new, _ in pairs]] = source[..., [old for _, old in pairs]]
            own.assign(rows)

    def _pairs(self, alphabet: Alphabet) -> list[tuple[int, int]]:
        """The outputs of the characters that both alphabets have: the new one, and the old one."""
        shared = [c for c in alphabet.characters if c in self.alphabet.characters]
        return list(zip(alphabet.encode("".join(shared)), self.alphabet.encode("".join(shared)), strict=True))


def read_start(bundle: Path, sha256: str = "") -> Start:
    """The network of a bundle to begin with; raises BaseMissing where there is none, and ShapeMismatch where its
    weights are not those with the hash that is given."""
    weights = bundle / WEIGHTS
    if not sha256 and not weights.is_file():
        raise BaseMissing(f"{bundle} holds no network to begin with. Run the stage that makes it: `make definition`.")
    if sha256 and not (weights.is_file() and digest(weights) == sha256):
        raise ShapeMismatch(f"{weights} is not the network to begin with: its SHA-256 has to be {sha256}.")
    return Start(load_network(weights), read_card(bundle).alphabet)


def _belongs(weight: keras.Variable, layer: keras.Layer) -> bool:
    return any(weight is one for one in layer.weights)
