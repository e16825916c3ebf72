"""Tesseract 5 through its C API (https://tesseract-ocr.github.io/tessapi/5.x/a00008.html): the library that the
program on PATH uses, without a process per picture."""

import ctypes
import shutil
import weakref
from collections.abc import Sequence
from ctypes import c_char_p, c_int, c_void_p
from ctypes.util import find_library
from typing import Any

from benchmarks.engines.base import EngineMissing, Reading, Task
from benchmarks.engines.pixels import decode

CHARACTER, LINE = 10, 7
"""Page segmentation modes. Names of streets have up to four words: as one line (7) twice as many characters of
validation pictures are read right as with the mode for a single word (8)."""

_FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {
    "TessVersion": (c_char_p, []),
    "TessBaseAPICreate": (c_void_p, []),
    "TessBaseAPIInit3": (c_int, [c_void_p, c_char_p, c_char_p]),
    "TessBaseAPISetVariable": (c_int, [c_void_p, c_char_p, c_char_p]),
    "TessBaseAPISetPageSegMode": (None, [c_void_p, c_int]),
    "TessBaseAPISetImage": (None, [c_void_p, c_char_p, c_int, c_int, c_int, c_int]),
    "TessBaseAPIGetUTF8Text": (c_void_p, [c_void_p]),
    "TessDeleteText": (None, [c_void_p]),
    "TessBaseAPIDelete": (None, [c_void_p]),
}


class TesseractEngine:
    """One picture after the other: Tesseract knows no batches. Its threads are those of OMP_THREAD_LIMIT."""

    def __init__(self, task: Task, threads: int) -> None:
        self._library = _open()
        self.version = self._library.TessVersion().decode()
        self._api = self._library.TessBaseAPICreate()
        weakref.finalize(self, self._library.TessBaseAPIDelete, self._api)
        if self._library.TessBaseAPIInit3(self._api, None, task.language.encode()):
            package = f"tesseract-ocr-{task.language}"
            raise EngineMissing(f"Tesseract lacks the language {task.language}; on Debian: apt-get install {package}.")
        self._library.TessBaseAPISetPageSegMode(self._api, CHARACTER if task.single else LINE)
        for name, value in {"user_defined_dpi": "300", "tessedit_char_whitelist": task.characters}.items():
            self._library.TessBaseAPISetVariable(self._api, name.encode(), value.encode())

    def read(self, pictures: Sequence[bytes]) -> list[Reading]:
        """See Engine."""
        return [Reading(self._read(data)) for data in pictures]

    def _read(self, data: bytes) -> str:
        gray = decode(data)
        rows, columns = gray.shape
        self._library.TessBaseAPISetImage(self._api, gray.tobytes(), columns, rows, 1, columns)
        found = self._library.TessBaseAPIGetUTF8Text(self._api)
        try:
            return ctypes.string_at(found).decode(errors="replace") if found else ""
        finally:
            self._library.TessDeleteText(found)


def _open() -> Any:
    library = find_library("tesseract")
    if library is None or shutil.which("tesseract") is None:
        raise EngineMissing(
            "Tesseract is not installed; on Debian: apt-get install tesseract-ocr tesseract-ocr-{deu,fra}."
        )
    opened = ctypes.CDLL(library)
    for name, (result, arguments) in _FUNCTIONS.items():
        function = getattr(opened, name)
        function.restype, function.argtypes = result, arguments
    return opened
