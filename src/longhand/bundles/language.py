"""The n-grams of a bundle's language, as a file beside the network."""

import hashlib
from pathlib import Path

from longhand import durable
from longhand.bundles.errors import BundleError
from longhand.bundles.files import LANGUAGE
from longhand.handwriting.ctc.ngrams import Ngrams, unpack


def write_language(folder: Path, language: Ngrams) -> str:
    """Puts a language into a bundle; returns its file's SHA-256."""
    data = language.pack()
    durable.write(folder / LANGUAGE, data)
    return hashlib.sha256(data).hexdigest()


def read_language(folder: Path, characters: str, sha256: str) -> Ngrams | None:
    """The language of a bundle, None where its card names none; raises BundleError where it is not that one."""
    if not sha256:
        return None
    file = folder / LANGUAGE
    if not file.exists():
        raise BundleError(f"{folder} is not a whole model: it holds no {LANGUAGE}.")
    data = file.read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise BundleError(f"{file} is damaged, or not the one that its card is about. Fetch the model again.")
    language = unpack(data)
    if language.characters != characters:
        raise BundleError(f"{file} is for other characters than its model writes. Fetch the model again.")
    return language
