"""Where a training tells how it goes, step by step."""

from collections.abc import Mapping
from typing import Protocol


class Diary(Protocol):
    """Keeps numbers and texts by step, counted from the first of the training. It never makes a training wait."""

    def note(self, step: int, values: Mapping[str, float]) -> None:
        """Keep numbers by name, `group/name`; they need not be finite."""
        ...

    def show(self, step: int, texts: Mapping[str, str]) -> None:
        """Keep texts by name, in Markdown."""
        ...


class Diaries:
    """Several diaries as one, or none. One that fails is named and left out: no training ends for want of a diary."""

    def __init__(self, *diaries: Diary) -> None:
        self._diaries = list(diaries)

    def note(self, step: int, values: Mapping[str, float]) -> None:
        """Tell each."""
        for diary in list(self._diaries):
            try:
                diary.note(step, values)
            except Exception as error:
                self._leave(diary, error)

    def show(self, step: int, texts: Mapping[str, str]) -> None:
        """Tell each."""
        for diary in list(self._diaries):
            try:
                diary.show(step, texts)
            except Exception as error:
                self._leave(diary, error)

    def _leave(self, diary: Diary, error: Exception) -> None:
        self._diaries.remove(diary)
        print(f"The training goes on without {type(diary).__name__}: {error}", flush=True)


class Prefixed:
    """A diary whose names all begin alike: what came before a training has a chapter of its own."""

    def __init__(self, diary: Diary, prefix: str) -> None:
        self._diary, self._prefix = diary, prefix

    def note(self, step: int, values: Mapping[str, float]) -> None:
        """Tell it."""
        self._diary.note(step, {f"{self._prefix}{name}": value for name, value in values.items()})

    def show(self, step: int, texts: Mapping[str, str]) -> None:
        """Tell it."""
        self._diary.show(step, {f"{self._prefix}{name}": text for name, text in texts.items()})
