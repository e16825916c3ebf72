"""How far one correction has come: into its maker's vocabulary, and into a dataset version."""

from collections.abc import Iterator

from longhand.contracts.corrections import Answer
from longhand.contracts.steps import CorrectionPart, CorrectionUse, WordsUse
from longhand.handwriting.ctc.vocabulary import find_words
from longhand.samples.corrections import Corrected, Corrections
from longhand.samples.errors import UnknownSample
from longhand.samples.gatherings import Gathering, Gatherings
from longhand.samples.journal import Journal
from longhand.samples.judging import State
from longhand.samples.sides import Side
from longhand.samples.versions import Versions
from longhand.samples.vocabularies import Vocabularies

LOOKED = 8
"""So many gatherings after a correction are looked at: the first one has it, unless it did not count then."""


class Following:
    """Looks a correction up where it may have come to."""

    def __init__(
        self,
        journal: Journal,
        corrections: Corrections,
        vocabularies: Vocabularies,
        gatherings: Gatherings,
        versions: Versions,
    ) -> None:
        self._journal = journal
        self._corrections = corrections
        self._vocabularies = vocabularies
        self._gatherings = gatherings
        self._versions = versions

    def look(self, reading: str) -> CorrectionUse | None:
        """What the correction of a reading is used for; None where none stands."""
        if (found := self._corrections.newest(reading)) is None:
            return None
        taken = next(line.at for line in self._journal.history(reading) if line.number == found.number)
        gathering = next(self._holding(found), None)
        return CorrectionUse(
            taken_at=taken,
            words=self._words(found),
            part=_part(found),
            gathering=gathering.number if gathering else None,
            dataset=gathering.version if gathering else None,
            gathered_at=gathering.at if gathering else None,
        )

    def _words(self, found: Corrected) -> WordsUse:
        said = set(find_words(found.text))
        if not said:
            return WordsUse.NONE
        known = {one.word for one in self._vocabularies.all(found.by)}
        return WordsUse.LEARNED if said & known else WordsUse.DELETED

    def _holding(self, found: Corrected) -> Iterator[Gathering]:
        """The gatherings that hold the picture, the oldest first; of a picture's copies one is held."""
        for one in self._gatherings.covering(found.task, found.number, LOOKED):
            try:
                if found.picture.encode() in self._versions.lines(one.version):
                    yield one
            except UnknownSample:
                continue


def _part(found: Corrected) -> CorrectionPart:
    if found.answer != Answer.TEXT:
        return CorrectionPart.NO_TEXT
    if found.state is not State.STANDS:
        return CorrectionPart.UNDECIDED
    if not found.trusted:
        return CorrectionPart.UNTRUSTED
    return CorrectionPart.TEACHES if found.side is Side.TRAIN else CorrectionPart.JUDGES
