"""`python -m benchmarks.reference [threads]`: a fixed piece of work, timed, so that machines can be compared."""

import sys
import time

import cv2
import numpy as np

from benchmarks.child import pin

_SIDE, _RESIZES = 1024, 400


def work() -> None:
    """Eight products of fixed matrices, and a picture resized again and again."""
    random = np.random.default_rng(0)
    matrix = random.standard_normal((_SIDE, _SIDE), np.float32)
    for _ in range(8):
        matrix = matrix @ matrix / np.float32(_SIDE)
    picture = random.integers(0, 256, (1000, 1500), np.uint8)
    for step in range(_RESIZES):
        cv2.resize(picture, (640 + step % 7, 480), interpolation=cv2.INTER_AREA)


def measure(rounds: int = 3) -> float:
    """Seconds of the best round, after one that warms up."""
    work()
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


if __name__ == "__main__":
    threads = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    pin(threads)
    cv2.setNumThreads(threads)
    print(f"{measure():.4f}")
