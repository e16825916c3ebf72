"""What a vocabulary is worth on real handwriting: names corrected once, met again in other pictures of the same hand.

Of words of DHSD's test writers that are misread, each is corrected once, and three pictures are made of it by
distortion. Left out are words whose label shares less than half of its letters with what is read: 1 to 2 % of the
labels belong to another picture, and nobody would correct to these.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein

from longhand.datasets.catalogue import load as load_set
from longhand.datasets.sample import Sample
from longhand.handwriting.ctc.vocabulary import Vocabulary, find_words
from longhand.handwriting.errors import NoInk
from longhand.handwriting.images import Picture, decode
from longhand.handwriting.preprocessing import Prepared
from longhand.handwriting.terms import ANY, Terms
from longhand.inference import Recogniser, load
from longhand.learning.augmentation import distort_text
from tests.drawings import negative
from tests.real import data_sets

pytestmark = pytest.mark.prove
BUNDLES = Path(__file__).parents[2] / "bundles"
WORDS, COPIES, OTHERS, STRENGTH = 30, 3, 300, 0.7
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


@pytest.mark.parametrize("model", ["text", "text-fast"])
def test_most_misreadings_of_names_that_were_corrected_once_are_gone_and_other_words_are_read_as_before(
    model: str,
) -> None:
    recogniser, random, samples = load(BUNDLES / model, threads=2), np.random.default_rng(0), pick()
    names = list(islice(misread(samples, recogniser), WORDS))
    words = [word for name in names for word in find_words(name.text)]
    taught = Terms(vocabulary=Vocabulary(dict.fromkeys(words, 1)))

    copies = [(name.text, distort(name, recogniser, random)) for name in names for _ in range(COPIES)]
    before, after = (recogniser.recognise([one for _, one in copies], terms) for terms in (ANY, taught))
    wrong = [place for place, (text, _) in enumerate(copies) if before[place].text != text]
    gone = sum(after[place].text == copies[place][0] for place in wrong)
    spoilt = sum(found.text != text == was.text for found, was, (text, _) in zip(after, before, copies, strict=True))

    others = [one for one in samples if not {*find_words(one.text)} & {*words}][:OTHERS]
    prepared = [recogniser.prepare(decode(one.read())) for one in others]
    pairs = list(zip(recogniser.recognise(prepared), recogniser.recognise(prepared, taught), strict=True))
    changed = sum(free.text != found.text for free, found in pairs)
    print(f"\n{model}: of {len(wrong)} misreadings of {len(names)} names in {len(copies)} pictures {gone} are gone")
    print(f"    {spoilt} are new; of {len(pairs)} other words of these people {changed} are read otherwise")
    assert len(names) == WORDS and len(wrong) >= WORDS
    assert gone >= GONE * len(wrong)
    assert spoilt <= 1 and changed <= max(1, CHANGED * len(pairs))
