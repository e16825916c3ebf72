"""A last layer adapted to one person, on answers that are made here."""

import numpy as np
import pytest
from numpy.typing import NDArray

from longhand.bundles.adapter import Adapter, unpack
from longhand.bundles.errors import BundleError
from longhand.handwriting.ctc.greedy import decode_greedy, log_softmax
from longhand.handwriting.ctc.likelihood import pack, score, stack
from longhand.handwriting.ctc.occupancy import occupy
from longhand.learning.adaptation import Lesson, Pace, Seen, adapt

OUTPUTS, CHANNELS = 5, 8
NETWORK = "f" * 64
Floats = NDArray[np.float32]


def see(random: np.random.Generator, head: Floats, outputs: list[int], shift: float = 0.0) -> Seen:
    """A picture that shows outputs, a blank after each; a person's hand shifts the features of letters."""
    path = [output for letter in outputs for output in (letter, 0)]
    features = np.eye(OUTPUTS, CHANNELS, dtype=np.float32)[path]
    features[:, OUTPUTS:] = 1.0
    features += random.normal(0, 0.05, features.shape).astype(np.float32)
    moved = np.array(path) == 1
    features[moved, 1] -= shift
    features[moved, 2] += shift
    return Seen(features @ head, features)


@pytest.fixture
def head() -> Floats:
    return 6 * np.eye(CHANNELS, OUTPUTS, dtype=np.float32)


def read(logits: Floats) -> tuple[int, ...]:
    return decode_greedy(log_softmax(logits)).outputs


def test_the_posterior_is_the_slope_of_the_probability() -> None:
    random = np.random.default_rng(1)
    logits = [random.normal(0, 1, (frames, OUTPUTS)).astype(np.float32) for frames in (5, 9)]
    rows = pack([[1, 1, 3], [2, 4]], [0, 1])
    shares = occupy(stack(logits), rows)
    for picture, frame, output in ((0, 2, 1), (0, 3, 0), (1, 7, 4), (1, 8, 2)):
        sides = []
        for step in (-1e-2, 1e-2):
            moved = [one.copy() for one in logits]
            moved[picture][frame, output] += step
            sides.append(score(stack(moved), rows)[picture])
        probability = np.exp(log_softmax(logits[picture]))[frame, output]
        assert (sides[1] - sides[0]) / 2e-2 == pytest.approx(shares[picture, frame, output] - probability, abs=1e-3)


def test_frames_that_do_not_suffice_have_no_posterior() -> None:
    shares = occupy(stack([np.zeros((2, OUTPUTS), np.float32)] * 2), pack([[1, 1], [1, 2]], [0, 1]))
    assert shares[0].sum() == 0 and shares[1, :2].sum() == pytest.approx(2)


def test_an_empty_text_is_blanks() -> None:
    shares = occupy(stack([np.zeros((3, OUTPUTS), np.float32)] * 2), pack([[], [1]], [0, 1]))
    assert (shares[0, :3, 0] == 1).all()


def test_a_hand_is_read_after_some_corrections_and_others_as_before(head: Floats) -> None:
    random = np.random.default_rng(2)
    texts = [list(random.choice([1, 2, 3, 4], 4)) for _ in range(40)]
    others = [see(random, head, text) for text in texts]
    own = [see(random, head, text, shift=0.7) for text in texts]
    wrong = sum(read(one.logits) != tuple(text) for one, text in zip(own, texts, strict=True))
    lessons = [Lesson(one, tuple(text)) for one, text in zip(own[:16], texts, strict=False)]
    adapter = adapt(lessons, others, NETWORK, pace=Pace(steps=60, rate=3e-2, pull=40))
    after = [read(adapter.apply(one.logits, one.features)) for one in own[16:]]
    assert wrong > 20
    assert sum(one != tuple(text) for one, text in zip(after, texts[16:], strict=True)) <= 1
    assert all(read(adapter.apply(o.logits, o.features)) == tuple(t) for o, t in zip(others, texts, strict=True))


def test_glyphs_need_no_blank(head: Floats) -> None:
    random = np.random.default_rng(3)
    others = [Seen(one.logits[:1], one.features[:1]) for one in (see(random, head, [k % 5]) for k in range(40))]
    shifted = see(random, head, [1], shift=0.7)
    lesson = Lesson(Seen(shifted.logits[:1], shifted.features[:1]), (1,))
    adapter = adapt([lesson], others, NETWORK, blank=False, pace=Pace(steps=60, rate=3e-2, pull=40))
    assert shifted.logits[0].argmax() == 2
    assert adapter.apply(shifted.logits[0], shifted.features[0]).argmax() == 1


def test_the_same_corrections_give_the_same_adapter(head: Floats) -> None:
    random = np.random.default_rng(4)
    seen = [see(random, head, [1, 2, 3], 0.5) for _ in range(6)]
    made = [adapt([Lesson(seen[0], (1, 2, 3))], seen[1:], NETWORK) for _ in range(2)]
    assert made[0].digest == made[1].digest


def test_an_adapter_is_read_back_or_refused(head: Floats) -> None:
    random = np.random.default_rng(5)
    seen = [see(random, head, [1, 2, 3], 0.5) for _ in range(6)]
    adapter = adapt([Lesson(seen[0], (1, 2, 3))], seen[1:], NETWORK)
    again = unpack(adapter.pack(), adapter.digest)
    assert isinstance(again, Adapter) and again.digest == adapter.digest
    assert (again.apply(seen[0].logits, seen[0].features) == adapter.apply(seen[0].logits, seen[0].features)).all()
    assert again.fits(NETWORK, CHANNELS, OUTPUTS) and not again.fits("e" * 64, CHANNELS, OUTPUTS)
    with pytest.raises(BundleError, match="damaged"):
        unpack(adapter.pack() + b"?", adapter.digest)
