"""What corrections are worth on real handwriting: names corrected once, met again in other pictures of the same hand.

Of words of DHSD's test writers that are misread, each is corrected once, and three pictures are made of it by
distortion. Left out are words whose label shares less than half of its letters with what is read: 1 to 2 % of the
labels belong to another picture, and nobody would correct to these.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein

from longhand.bundles.adapter import Adapter
from longhand.contracts.readings import Task
from longhand.datasets.catalogue import load as load_set
from longhand.datasets.sample import Sample
from longhand.handwriting.ctc.vocabulary import Vocabulary, find_words
from longhand.handwriting.errors import NoInk
from longhand.handwriting.images import Picture, decode
from longhand.handwriting.preprocessing import Prepared
from longhand.handwriting.terms import ANY, Terms
from longhand.inference import Recogniser, load
from longhand.learning.augmentation import distort_text
from services.training.adapting.fitting import Fitting
from services.training.adapting.material import gather
from tests.drawings import negative
from tests.proof import Proof
from tests.real import data_sets

pytestmark = pytest.mark.prove
BUNDLES = Path(__file__).parents[2] / "bundles"
WORDS, COPIES, OTHERS, STRENGTH = 30, 3, 50, 0.7
GONE, CHANGED = 0.6, 0.005


def pick() -> list[Sample]:
    """Words of DHSD's test writers, in an order that has nothing to do with them."""
    samples = [sample for sample in load_set("dhsd", data_sets()) if sample.split == "test"]
    return [samples[place] for place in np.random.default_rng(46).permutation(len(samples))]


def misread(samples: list[Sample], recogniser: Recogniser) -> Iterator[Sample]:
    """Those that are read as something else, and whose label is about this picture."""
    for sample in samples:
        [found] = recogniser.read([decode(sample.read())])
        alike = Levenshtein.normalized_similarity(found.text, sample.text)
        if found.text != sample.text and alike >= 0.5 and find_words(sample.text):
            yield sample


def distort(sample: Sample, recogniser: Recogniser, random: np.random.Generator) -> Prepared:
    """Another picture of the same word: slanted, stretched, bent, thickened, faded, on clean paper."""
    gray = decode(sample.read()).gray.astype(np.int16)
    ink = np.clip(np.median(gray) - gray, 0, 255).astype(np.uint8)
    while True:
        try:
            return recogniser.prepare(negative(Picture(distort_text(ink, random, STRENGTH))))
        except NoInk:  # faded away: another one
            continue


@dataclass(frozen=True)
class Person:
    """Somebody who corrected some words, and what they are answered with from then on."""

    fitting: Fitting
    corrected: list[Sample]

    @cached_property
    def words(self) -> Terms:
        return Terms(vocabulary=Vocabulary(Counter(word for one in self.corrected for word in find_words(one.text))))

    @cached_property
    def adapter(self) -> Adapter | None:
        shown = [self.fitting.show(one.name, one.read(), one.text) for one in self.corrected]
        return self.fitting.fit(shown).adapter

    def read(self, recogniser: Recogniser, pictures: list[Prepared], *, words: bool, adapted: bool) -> list[str]:
        answers = recogniser.answer(pictures)
        if adapted and self.adapter:
            answers = [one.adapt(self.adapter) for one in answers]
        found = recogniser.interpret_all([one.logits for one in answers], pictures, self.words if words else ANY)
        return [one.text for one in found]


@pytest.mark.parametrize("model", ["text", "text-fast"])
def test_most_misreadings_of_names_that_were_corrected_once_are_gone_and_other_words_are_read_as_before(
    model: str, proof: Proof
) -> None:
    """As the person is answered, by their vocabulary and their adapter together; other words by the vocabulary alone,
    which must not touch them."""
    recogniser, random, samples = load(BUNDLES / model, threads=2), np.random.default_rng(0), pick()
    fitting, names = Fitting(recogniser, gather(Task("text"))), list(islice(misread(samples, recogniser), WORDS))
    people = [Person(fitting, [one for one in names if one.group == writer]) for writer in {one.group for one in names}]
    wrong = new = changed = others = 0
    gone = dict.fromkeys(("words", "adapted", "both"), 0)
    for person in people:
        copies = [(name.text, distort(name, recogniser, random)) for name in person.corrected for _ in range(COPIES)]
        read = partial(person.read, recogniser, [one for _, one in copies])
        before = read(words=False, adapted=False)
        after = {
            "words": read(words=True, adapted=False),
            "adapted": read(words=False, adapted=True),
            "both": read(words=True, adapted=True),
        }
        missed = [place for place, (text, _) in enumerate(copies) if before[place] != text]
        wrong += len(missed)
        for kind, found in after.items():
            gone[kind] += sum(found[place] == copies[place][0] for place in missed)
        new += sum(found != text == was for found, was, (text, _) in zip(after["both"], before, copies, strict=True))
        taught = person.words.vocabulary
        mine = [one for one in samples if one.group == person.corrected[0].group][:OTHERS]
        rest = [recogniser.prepare(decode(one.read())) for one in mine if not {*find_words(one.text)} & {*taught.words}]
        plain, told = (person.read(recogniser, rest, words=words, adapted=False) for words in (False, True))
        others, changed = others + len(rest), changed + sum(a != b for a, b in zip(plain, told, strict=True))
    proof.show(
        f"30 names corrected once, met again in three pictures each, {model}",
        bar=GONE,
        misread=wrong,
        gone_by_the_vocabulary=gone["words"],
        gone_by_the_adapter=gone["adapted"],
        gone_by_both=gone["both"],
        newly_misread=new,
        other_words_read_otherwise=f"{changed} of {others}",
    )
    assert len(names) == WORDS and wrong >= WORDS
    assert new <= 1 and changed <= max(1, CHANGED * others)
    assert gone["both"] >= GONE * wrong
