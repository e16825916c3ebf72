"""What a correction is checked for: whether it can be one of its picture, and whether it is likely."""

from collections.abc import Mapping

from longhand.contracts.corrections import Answer, is_glyph
from longhand.handwriting.alphabet import normalise
from longhand.samples.errors import NotOneGlyph
from longhand.samples.record import Record
from longhand.tasks import find

SURE = 0.99
"""The confidence from which a model counts as sure."""


def check(task: str, text: str, answer: str) -> None:
    """Raises NotOneGlyph where a picture of one character would get a text of several."""
    if answer == Answer.TEXT and find(task).single and not is_glyph(text):
        raise NotOneGlyph(f"The picture shows one character, and {text!r} has several: send that one.")


def is_sure_of_another(record: Record, text: str, answer: str, sure: float) -> bool:
    """Whether the model, and the lexicon where one was asked for, are sure that this is not what stands there.

    The reading was accepted with a confidence of `sure` or more, an entry of the lexicon matched, and the text is
    neither what was read nor one of the alternatives. Of 100 such readings one is wrong: hard cases look like that.
    """
    if record.decision != "accept" or record.confidence < sure:
        return False
    lexicon = record.details.get("lexicon")
    if isinstance(lexicon, Mapping) and not lexicon.get("matched"):
        return False
    return answer != Answer.TEXT or normalise(text) not in {normalise(known) for known in _known(record)}


def _known(record: Record) -> list[str]:
    alternatives = record.details.get("alternatives")
    others = alternatives if isinstance(alternatives, list) else []
    return [record.text, *(str(one["text"]) for one in others if isinstance(one, Mapping))]
