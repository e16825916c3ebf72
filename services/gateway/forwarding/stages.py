"""Each step of a correction, described from what the services say."""

from datetime import timedelta

from longhand.contracts.adaptations import OwnModels
from longhand.contracts.corrections import Answer, Correction
from longhand.contracts.learning import Learning, Step
from longhand.contracts.lineage import Origin
from longhand.contracts.readings import StoredReading
from longhand.contracts.steps import (
    CorrectionPart,
    CorrectionStep,
    CorrectionUse,
    Stage,
    StageReason,
    StageState,
    WordsUse,
)

ROUNDED = timedelta(milliseconds=1)
"""By so much a moment may differ that training keeps as a number."""

PARTS = {
    CorrectionPart.TEACHES: (StageState.WAITING, StageReason.GATHERING),
    CorrectionPart.UNTRUSTED: (StageState.WAITING, StageReason.UNTRUSTED),
    CorrectionPart.UNDECIDED: (StageState.WAITING, StageReason.UNDECIDED),
    CorrectionPart.JUDGES: (StageState.SKIPPED, StageReason.JUDGES),
    CorrectionPart.NO_TEXT: (StageState.SKIPPED, StageReason.NO_TEXT),
}
ENDED = {
    Step.REFUSED: StageReason.REFUSED,
    Step.WITHDRAWN: StageReason.WITHDRAWN,
    Step.FAILED: StageReason.FAILED,
}
COMING = {
    Step.JUDGING: StageReason.JUDGING,
    Step.APPROVED: StageReason.APPROVED,
    Step.TRYING: StageReason.TRYING,
}


def describe_words(use: CorrectionUse | None, mine: bool) -> CorrectionStep:
    """Whether its words are in the vocabulary of who made it, which only that person is told."""
    if not mine:
        return plain(Stage.VOCABULARY, StageState.SKIPPED, StageReason.NOT_YOURS)
    if use is None:
        return plain(Stage.VOCABULARY, StageState.UNKNOWN)
    if use.words is WordsUse.NONE:
        return plain(Stage.VOCABULARY, StageState.SKIPPED, StageReason.NO_WORDS)
    if use.words is WordsUse.DELETED:
        return plain(Stage.VOCABULARY, StageState.ENDED, StageReason.DELETED)
    return CorrectionStep(stage=Stage.VOCABULARY, state=StageState.DONE, at=use.taken_at)


def describe_own(reading: StoredReading, said: Correction, models: OwnModels | None, alone: bool) -> CorrectionStep:
    """Whether a version of the person's own has learned from it."""
    if not alone:
        return plain(Stage.OWN_MODEL, StageState.SKIPPED, StageReason.NOT_YOURS)
    if said.answer is not Answer.TEXT:
        return plain(Stage.OWN_MODEL, StageState.SKIPPED, StageReason.NO_TEXT)
    if models is None:
        return plain(Stage.OWN_MODEL, StageState.UNKNOWN)
    if models.since and said.at <= models.since:
        return plain(Stage.OWN_MODEL, StageState.ENDED, StageReason.FORGOTTEN)
    found = next((one for one in models.items if one.model == reading.model.name), None)
    if found is None or found.corrected_at < said.at - ROUNDED:
        return plain(Stage.OWN_MODEL, StageState.WAITING, StageReason.ADAPTING)
    last = found.corrected_at <= said.at + ROUNDED  # else a later correction was learned together with it
    if found.adapter is None:
        refused = plain(Stage.OWN_MODEL, StageState.ENDED, StageReason.REFUSED, found.reason)
        return refused.model_copy(update={"at": found.at if last else None})
    return CorrectionStep(stage=Stage.OWN_MODEL, state=StageState.DONE, at=found.at if last else None)


def describe_dataset(use: CorrectionUse | None) -> CorrectionStep:
    """Whether a dataset version holds it, or why none does."""
    if use is None:
        return plain(Stage.DATASET, StageState.UNKNOWN)
    if use.dataset:
        done = StageState.DONE
        return CorrectionStep(stage=Stage.DATASET, state=done, detail=use.dataset, at=use.gathered_at)
    return plain(Stage.DATASET, *PARTS[use.part])


def describe_chain(chain: Learning | None, made: Origin | None) -> list[CorrectionStep]:
    """The version that learned from the dataset version, and what became of it."""
    if chain is None or (chain.version is None and chain.step not in ENDED):
        return [plain(stage, StageState.WAITING, StageReason.LEARNING) for stage in (Stage.VERSION, Stage.SERVING)]
    reason, number = ENDED.get(chain.step), str(chain.version or "")
    if chain.version is None:
        return [plain(stage, StageState.ENDED, reason) for stage in (Stage.VERSION, Stage.SERVING)]
    at = made.created_at if made else None
    version = CorrectionStep(stage=Stage.VERSION, state=StageState.DONE, detail=number, at=at)
    if chain.step is Step.SERVING:
        done = StageState.DONE
        return [version, CorrectionStep(stage=Stage.SERVING, state=done, detail=number, at=chain.changed_at)]
    if reason:
        return [version, plain(Stage.SERVING, StageState.ENDED, reason, number)]
    return [version, plain(Stage.SERVING, StageState.WAITING, COMING.get(chain.step, StageReason.LEARNING), number)]


def plain(stage: Stage, state: StageState, reason: StageReason | None = None, detail: str = "") -> CorrectionStep:
    """A step of which no moment is known."""
    return CorrectionStep(stage=stage, state=state, reason=reason, detail=detail)
