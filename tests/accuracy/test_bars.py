"""What the shipped bundles must be able to do on real handwriting of hands that they have never seen, from the
bytes of a picture file to its text: on every picture in `make prove`, on one in five in `make test`.
`pytest tests/accuracy -s` shows the figures."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from longhand.datasets.catalogue import load as load_set
from longhand.datasets.judged import find_written
from longhand.datasets.sample import Sample
from longhand.handwriting.ctc.lexicon import Lexicon
from longhand.handwriting.images import decode
from longhand.handwriting.metrics import score_texts
from longhand.handwriting.preprocessing import Prepared
from longhand.handwriting.terms import Terms
from longhand.handwriting.transcription import Transcription
from longhand.inference import Recogniser, load
from tests.real import data_sets

BUNDLES = Path(__file__).parents[2] / "bundles"
MNIST_ACCURACY, DHSD_CER, DHSD_NEW_CER, DHSD_EXACT, DHSD_LEXICON = 0.993, 0.025, 0.035, 0.81, 0.94
ACCEPTED, SUREST, DIFFERING = 0.65, 0.65, 0.065
LINES = {
    "stanford-memorials": 0.135,
    "peraire": 0.045,
    "testament-de-poilus": 0.155,
    "testaments-de-poilus-1": 0.11,
    "cremma-mss-19": 0.135,
    "cremma-mss-20": 0.27,
    "lectaurep-mariages": 0.085,
    "celestine": 0.07,
}
CHARACTERS = {("hand-written-62", "full"): 0.85, ("hand-written-62", "36"): 0.92, ("omniglot-latin", "lowercase"): 0.90}


@dataclass(frozen=True)
class Part:
    """One picture in `every`; the fewer, the more a share of errors may be above its bar by chance."""

    every: int
    slack: float

    def allow(self, errors: float) -> float:
        return errors * self.slack


@dataclass(frozen=True)
class Read:
    """A real picture, what the network saw of it, and what was read."""

    sample: Sample
    prepared: Prepared
    found: Transcription


def read(name: str, recogniser: Recogniser, part: Part, charset: str = "full") -> list[Read]:
    """Read what is reported of a data set, in batches of about the same width."""
    samples = [sample for sample in load_set(name, data_sets()) if sample.split in ("test", "unseen")][:: part.every]
    pairs = [(sample, recogniser.prepare(decode(sample.read()))) for sample in samples]
    pairs.sort(key=lambda pair: pair[1].width)
    answered: list[Read] = []
    for start in range(0, len(pairs), 32):
        batch = pairs[start : start + 32]
        found = recogniser.recognise([prepared for _, prepared in batch], Terms(charset))
        answered += [Read(*pair, one) for pair, one in zip(batch, found, strict=True)]
    return answered


def cer(answered: list[Read]) -> float:
    return score_texts([r.sample.text for r in answered], [r.found.text for r in answered]).cer


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(Part(1, 1.0), id="all", marks=pytest.mark.prove),
        pytest.param(Part(5, 1.25), id="a fifth"),
    ],
)
def part(request: pytest.FixtureRequest) -> Part:
    found: Part = request.param
    return found


@pytest.fixture(scope="module")
def text() -> Recogniser:
    return load(BUNDLES / "text", threads=2)


@pytest.fixture(scope="module")
def words(text: Recogniser, part: Part) -> list[Read]:
    return read("dhsd", text, part)


@pytest.fixture(scope="module")
def characters() -> Recogniser:
    return load(BUNDLES / "characters", threads=2)


def test_digits_of_hands_never_seen_are_read(characters: Recogniser, part: Part) -> None:
    answered = read("mnist", characters, part, "digits")
    accuracy = float(np.mean([r.found.text == r.sample.text for r in answered]))
    print(f"\nMNIST, {len(answered):,} test digits, charset=digits: {accuracy:.2%} right")
    assert len(answered) == 10_000 // part.every
    assert 1 - accuracy <= part.allow(1 - MNIST_ACCURACY)


def test_words_of_writers_never_seen_are_read(words: list[Read], part: Part) -> None:
    """Without a lexicon; also by whether the text, never the writer, occurs in training."""
    trained = {sample.text for sample in load_set("dhsd", data_sets()) if sample.split == "train"}
    halves = [[r for r in words if (r.sample.text in trained) is seen] for seen in (True, False)]
    print(f"\nDHSD, {len(words):,} test words of unseen writers: CER {cer(words):.2%}")
    for half, name in zip(halves, ("in training", "new"), strict=True):
        print(f"    {len(half)} whose text is {name}: CER {cer(half):.2%}")
    assert len(words) == -(-1079 // part.every)
    exact = float(np.mean([r.found.text == r.sample.text for r in words]))
    print(f"    {exact:.2%} exactly right")
    assert cer(words) <= part.allow(DHSD_CER)
    assert 1 - exact <= part.allow(1 - DHSD_EXACT)
    assert cer(halves[1]) <= part.allow(DHSD_NEW_CER), "words that are not in training must not be much harder"


def test_a_list_of_all_names_makes_nearly_all_words_right(words: list[Read], text: Recogniser, part: Part) -> None:
    names = Lexicon(sorted({sample.text for sample in load_set("dhsd", data_sets())}))
    found = text.recognise([r.prepared for r in words], Terms(lexicon=names))
    right = float(np.mean([f.text == r.sample.text for f, r in zip(found, words, strict=True)]))
    print(f"\nDHSD with a lexicon of its {len(names.entries):,} names: {right:.2%} right")
    assert 1 - right <= part.allow(1 - DHSD_LEXICON)


@pytest.mark.parametrize("name", LINES)
def test_lines_are_read(name: str, text: Recogniser, part: Part) -> None:
    found = cer(read(name, text, part))
    print(f"\n{name}: CER {found:.2%}")
    assert found <= part.allow(LINES[name])


@pytest.mark.parametrize(("name", "charset"), CHARACTERS)
def test_characters_are_read(name: str, charset: str, characters: Recogniser, part: Part) -> None:
    answered = read(name, characters, part, charset)
    truth = [r.sample.text.lower() if charset == "36" else r.sample.text for r in answered]
    right = float(np.mean([r.found.text == text for r, text in zip(answered, truth, strict=True)]))
    print(f"\n{name}, charset={charset}: {right:.2%} right")
    assert 1 - right <= part.allow(1 - CHARACTERS[name, charset])


def test_what_may_be_accepted_unseen_is_nearly_always_right(words: list[Read], text: Recogniser, part: Part) -> None:
    """At most one and a half times the promised error, for writers differ from those of the calibration, without the
    labels that were found by eye to be wrong or unclear. Only labels that this network read otherwise were looked at,
    which favours it; by all labels as they are, the error of the surest words must stay within what it was of as many,
    far above the promise."""
    sure = [r for r in words if find_written(r.sample.set, r.sample.name, r.sample.text) == r.sample.text]
    accepted = [r for r in sure if r.found.accepted]
    wrong = sum(r.found.text != r.sample.text for r in accepted)
    print(f"\nDHSD: {len(accepted)} of {len(sure)} accepted, {wrong} of them wrong")
    assert part.allow(len(accepted)) >= ACCEPTED * len(sure)
    surest = sorted(words, key=lambda r: -r.found.confidence)[: round(SUREST * len(words))]
    differing = sum(r.found.text != r.sample.text for r in surest)
    print(f"DHSD, by all labels: of the surest {len(surest)} of {len(words)}, {differing} wrong")
    assert differing <= part.allow(DIFFERING * len(surest))
    assert wrong <= part.allow(1.5 * text.card.promised_error * len(accepted))


def test_a_real_word_alone_reads_as_it_does_beside_wider_ones(words: list[Read], text: Recogniser) -> None:
    random = np.random.default_rng(0)
    for _ in range(40):
        places = np.sort(random.choice(len(words), int(random.integers(2, 9)), replace=False))
        batch = [words[place].prepared for place in places]
        alone, together = text.recognise(batch[:1])[0], text.recognise(batch)[0]
        assert (alone.text, alone.accepted) == (together.text, together.accepted)
        assert alone.confidence == pytest.approx(together.confidence, abs=0.01)


def test_the_sample_that_the_platform_shows_first_is_read_right(text: Recogniser) -> None:
    picture = (BUNDLES.parent / "services" / "supervisor" / "sample.png").read_bytes()
    assert text.read([decode(picture)])[0].text == "Handwriting"
