"""Pictures that look alike have hashes that hardly differ."""

import cv2
import numpy as np
from numpy.typing import NDArray

from longhand.handwriting.hashing import perceptual_hash
from longhand.handwriting.images import Picture
from longhand.handwriting.preprocessing import VERSIONS
from longhand.samples.spreading import ALIKE

PREPARE = VERSIONS["text-3"]


def draw(text: str) -> NDArray[np.uint8]:
    page = np.full((90, 70 + 38 * len(text)), 235, np.uint8)
    cv2.putText(page, text, (30, 60), cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 1.6, 30, 2, cv2.LINE_AA)
    return page


def distance(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> int:
    first, second = (int(perceptual_hash(PREPARE(Picture(page)).pixels), 16) for page in (one, other))
    return (first ^ second).bit_count()


def test_a_picture_that_was_scanned_again_is_alike() -> None:
    page = draw("Genf am See")
    smaller = cv2.resize(page, None, fx=0.7, fy=0.7, interpolation=cv2.INTER_AREA)
    darker = np.pad((page * 0.8).astype(np.uint8), 12, constant_values=188)
    _, compressed = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, 40])
    copies = smaller, darker, np.asarray(cv2.imdecode(compressed, cv2.IMREAD_GRAYSCALE), np.uint8)
    assert max(distance(page, copy) for copy in copies) <= ALIKE


def test_pictures_of_different_texts_are_not_alike() -> None:
    texts = ("Genf am See", "Bern", "Rechnung", "Luzern 1874", "le dix mai")
    pages = [draw(text) for text in texts]
    pairs = [(one, other) for place, one in enumerate(pages) for other in pages[:place]]
    assert min(distance(one, other) for one, other in pairs) > ALIKE


def test_a_hash_is_sixteen_hexadecimal_digits_of_any_ink() -> None:
    for shape in ((28, 28), (48, 20), (48, 2000), (1, 1)):
        assert len(perceptual_hash(np.full(shape, 7, np.uint8))) == 16
