"""The bundles that are shipped, on pictures that are drawn here."""

from itertools import product
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longhand.bundles.card import read_card
from longhand.bundles.files import CARD, MODEL, WEIGHTS
from longhand.datasets.drawn import find_origin
from longhand.handwriting.batching import lay
from longhand.handwriting.preprocessing import Prepared
from longhand.inference import Recogniser, load
from tests.drawings import negative, written

BUNDLES = Path(__file__).parents[2] / "bundles"
ENGINES = ("onnxruntime", "openvino")
NAMES = ("text", "text-fast", "characters")
ROUNDING = {"characters": 1e-3, "text": 1e-3, "text-fast": 0.05}
"""How far the engines' answers may lie apart, of the largest: in eight bits each rounds in its own way."""

SYLLABLES = ("ha", "Bo", "ri", "lu", "gen", "st", "na", "Weg", "12", " ", "-", "e")
_loaded: dict[tuple[str, str], Recogniser] = {}


def shipped(name: str, engine: str = "onnxruntime") -> Recogniser:
    """A shipped bundle, loaded once."""
    if (name, engine) not in _loaded:
        _loaded[name, engine] = load(BUNDLES / name, threads=2, engine=engine)
    return _loaded[name, engine]


def drawn(random: np.random.Generator, syllables: int) -> str:
    return "".join(random.choice(SYLLABLES, syllables)).strip() or "o"


def test_the_bundles_are_small_enough() -> None:
    served = sum((BUNDLES / name / file).stat().st_size for name in NAMES for file in (MODEL, CARD))
    weights = sum((BUNDLES / name / WEIGHTS).stat().st_size for name in NAMES)
    assert served <= 20_000_000
    assert served + weights <= 45_000_000


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_card_says_where_its_model_comes_from(name: str) -> None:
    card = read_card(BUNDLES / name)
    assert card.name == name
    assert card.sha256 and card.commit and card.created and card.device and card.dataset_version
    assert card.metrics and card.versions
    assert all(data["licence"] and data["source"] and data["title"] for data in card.data)
    assert {find_origin(key.partition(".")[0]) for key in card.metrics} <= {data["name"] for data in card.data}


@pytest.mark.parametrize("name", NAMES)
def test_both_engines_answer_alike(name: str) -> None:
    random = np.random.default_rng(5)
    texts = [drawn(random, n) for n in (2, 3, 5, 8)] if name != "characters" else list("7gRb")
    pictures = [written(text, seed) for seed, text in enumerate(texts)]
    prepared = [shipped(name).prepare(picture) for picture in pictures]
    answers = [shipped(name, engine).logits(prepared) for engine in ENGINES]
    for one, other in zip(*answers, strict=True):
        assert np.abs(one - other).max() < ROUNDING[name] * np.abs(one).max()
    one, other = (shipped(name, engine).recognise(prepared) for engine in ENGINES)
    assert [(r.text, r.accepted) for r in one] == [(r.text, r.accepted) for r in other]


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None, max_examples=12, derandomize=True)
@given(seed=st.integers(0, 2**16))
def test_a_picture_and_its_negative_give_the_same_reading(name: str, seed: int) -> None:
    random = np.random.default_rng(seed)
    picture = written(drawn(random, 3) if name != "characters" else str(random.choice(list("0369aAgZ"))), seed)
    dark, light = (shipped(name).read([one])[0] for one in (picture, negative(picture)))
    assert (dark.text, dark.accepted) == (light.text, light.accepted)
    assert dark.confidence == pytest.approx(light.confidence, abs=0.01)


def compare_alone_and_together(engine: str, batches: int, seed: int) -> None:
    """A picture alone, and in random batches beside wider ones."""
    recogniser, random = shipped("text", engine), np.random.default_rng(seed)
    for _ in range(batches):
        count = int(random.integers(1, 6))
        sizes = [int(random.integers(1, 5)), *random.integers(2, 9, count)]
        beside = [recogniser.prepare(written(drawn(random, n), int(random.integers(2**31)))) for n in sizes]
        beside.sort(key=lambda one: one.width)
        place = int(random.integers(len(beside)))
        picture, others = beside[0], beside[1:]
        batch: list[Prepared] = [*others[:place], picture, *others[place:]]
        alone, together = recogniser.recognise([picture])[0], recogniser.recognise(batch)[place]
        assert (alone.text, alone.accepted) == (together.text, together.accepted)
        assert alone.confidence == pytest.approx(together.confidence, abs=0.01)
        for (_, _, one), (_, _, other) in zip(alone.characters, together.characters, strict=True):
            assert one == pytest.approx(other)


@pytest.mark.parametrize(("engine", "part"), list(product(ENGINES, range(2))))
def test_a_picture_alone_reads_as_it_does_beside_wider_ones(engine: str, part: int) -> None:
    compare_alone_and_together(engine, batches=20, seed=part)


@pytest.mark.prove
@pytest.mark.parametrize("engine", ENGINES)
def test_a_picture_alone_reads_as_it_does_in_200_random_batches(engine: str) -> None:
    compare_alone_and_together(engine, batches=200, seed=99)


def test_a_network_in_eight_bits_answers_on_every_processor_as_its_weights_say() -> None:
    """Processors without VNNI instructions saturate, unless the session asks for precision."""
    recogniser = shipped("text-fast")
    prepared = [recogniser.prepare(written(text, seed)) for seed, text in enumerate(("Hagen", "12 Wege", "lust"))]
    options = onnxruntime.SessionOptions()
    options.add_session_config_entry("session.disable_quant_qdq", "1")  # computed in float32
    exact = onnxruntime.InferenceSession(BUNDLES / "text-fast" / MODEL, options, providers=["CPUExecutionProvider"])
    for one in prepared:
        inputs = dict(zip((given.name for given in exact.get_inputs()), lay([one.pixels]), strict=True))
        wanted = exact.run(None, inputs)[0][0]
        answer = recogniser.logits([one])[0]
        assert np.abs(answer - wanted[: len(answer)]).max() < 0.05 * np.abs(wanted).max()


def test_a_network_in_eight_bits_is_served_as_it_was_measured() -> None:
    """Engines round differently in eight bits; the faster one serves only where they agree."""
    assert load(BUNDLES / "text-fast").engine == "onnxruntime"
