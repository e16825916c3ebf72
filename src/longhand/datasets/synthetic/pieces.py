"""Pieces of lines that people wrote: where each character stands, and the line laid upright to be cut there."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from longhand import durable
from longhand.datasets.sample import DatasetError
from longhand.handwriting.pose import find_strokes, measure

Pixels = NDArray[np.uint8]
ROWS = 96
_SPREAD = 14.0
_TOP, _BASE = 36, 62
_SEARCH = 0.3
_FAINT = 60


@dataclass(frozen=True)
class Alignment:
    """Where the characters of a line stand: character `i` of the text between `edges[i]` and `edges[i + 1]`, which are
    shares of the width of the ink of the upright line, 0..1; `confidences` are the network's, of each character."""

    set: str
    name: str
    text: str
    edges: tuple[float, ...]
    confidences: tuple[float, ...]


@dataclass(frozen=True)
class Upright:
    """A line laid level and upright, ROWS high, ink bright on 0, cropped to its ink from left to right; its strokes
    leaned by `lean` columns a row."""

    pixels: Pixels
    lean: float


def write_alignments(folder: Path, alignments: Iterable[Alignment]) -> Path:
    """Write a line of JSON for each into a file of the folder that is called like its SHA-256; returns that file."""
    text = "".join(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in alignments)
    path = folder / f"{hashlib.sha256(text.encode()).hexdigest()}.jsonl"
    durable.write(path, text)
    return path


def read_alignments(path: Path) -> list[Alignment]:
    """Read what `write_alignments` wrote into a file that is called like its SHA-256; raises DatasetError."""
    try:
        if hashlib.sha256(path.read_bytes()).hexdigest() != path.stem:
            raise ValueError("its content is not what its name says")
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return [Alignment(r["set"], r["name"], r["text"], tuple(r["edges"]), tuple(r["confidences"])) for r in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetError(f"{path} holds no alignment ({error}). Make it with python -m pipelines.align.") from error


def straighten(gray: Pixels) -> Upright:
    """Lay a line level and upright, by the moments and the gradients of its ink, and its small letters between the same
    two rows, by where most of its ink is; raises NoInk for a blank picture."""
    strokes = find_strokes(gray)
    pose = measure(strokes.mask)
    scale = min(_SPREAD / pose.spread, (ROWS - 2) / 2 / pose.reach)
    rows, columns = strokes.strength.shape
    size = max(2, round(columns * scale)), max(2, round(rows * scale))
    small = np.asarray(cv2.resize(strokes.strength, size, interpolation=cv2.INTER_AREA), np.uint8)
    lean, pad = _measure_lean(small), ROWS
    y, middle = pose.centre[1] * scale - pose.slope * pose.centre[0] * scale, ROWS / 2
    back = np.array([[1, lean, -pad - lean * middle], [pose.slope, 1, y - middle - pose.slope * pad]])
    level = _warp(small, back, size[0] + 2 * pad)
    top, base = _find_small_letters(level)
    factor = float(np.clip((base - top) / (_BASE - _TOP), 0.7, 1.4))
    even = _warp(level, np.array([[factor, 0, 0], [0, factor, base - _BASE * factor]]), int(level.shape[1] / factor))
    inked = np.flatnonzero(even.max(axis=0) > 80)
    first, last = (int(inked[0]), int(inked[-1]) + 1) if len(inked) else (0, even.shape[1])
    return Upright(np.where(even < _FAINT, 0, even)[:, first:last].astype(np.uint8), lean)


def _warp(pixels: Pixels, back: NDArray[np.float64], columns: int) -> Pixels:
    """What lies where `back`, from the outcome to the picture, finds it; ROWS high."""
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(pixels, back, (columns, ROWS), flags=flags), np.uint8)


def _find_small_letters(level: Pixels) -> tuple[float, float]:
    """The rows between which small letters stand: those with at least half as much ink as the fullest."""
    ink = np.asarray(cv2.GaussianBlur(level.sum(axis=1, dtype=np.float32)[:, None], (0, 0), 1.5)).ravel()
    full = np.flatnonzero(ink >= 0.5 * ink.max())
    return float(full[0]), float(full[-1] + 1)


def cut_piece(line: Upright, alignment: Alignment, start: int, stop: int) -> Pixels:
    """The characters `start` to `stop` of a line, cut where the least ink is near their edges."""
    left, right = (_find_gap(line.pixels, alignment.edges, edge) for edge in (start, stop))
    return line.pixels[:, left : max(right, left + 1)]


def _find_gap(pixels: Pixels, edges: Sequence[float], edge: int) -> int:
    """The column with the least ink near an edge, the nearest of several, at most a third of a character away."""
    columns = int(pixels.shape[1])
    if edge in (0, len(edges) - 1):
        return 0 if edge == 0 else columns
    place = edges[edge] * columns
    before, after = ((edges[edge] - edges[edge - 1]) * columns, (edges[edge + 1] - edges[edge]) * columns)
    low, high = int(max(0, place - _SEARCH * before)), int(min(columns, place + _SEARCH * after + 1))
    if high <= low:
        return min(int(place), columns)
    ink = pixels[:, low:high].sum(axis=0) / 255 + 0.05 * np.abs(np.arange(low, high) - place)
    return low + int(np.argmin(ink))


def _measure_lean(small: Pixels) -> float:
    """Columns by which upright strokes lean per row, by their gradients; -0.9 to 0.9."""
    across, down = (np.asarray(cv2.Sobel(small, cv2.CV_32F, *axis), np.float32) for axis in ((1, 0), (0, 1)))
    weight = np.square(across)
    total = float(np.vdot(weight, weight))
    return float(np.clip(-np.vdot(weight, across * down) / total, -0.9, 0.9)) if total else 0.0
