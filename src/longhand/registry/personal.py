"""People's own versions of a model, as pages of changes in the registry's artefact store.

Training writes them and prediction reads them, so that prediction needs access neither to training nor to its database.
A tag of the model lists the pages. Pages hold changes in their order. A reader with a cursor fetches the pages that
end after it, which mostly is one. A page never changes: a list with another page takes its place.
"""

import hashlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel, TypeAdapter

from longhand.contracts.models import PersonalChanges, PersonalVersion
from longhand.registry.errors import NotRegistered
from longhand.registry.rest import SCHEME, Rest

TAG = "personal"
_ROWS = TypeAdapter(list[PersonalVersion])


class PageEntry(BaseModel):
    """A page: the number of its last change, how many changes it holds, and the name of its file."""

    last: int
    rows: int
    file: str


class Pages(BaseModel):
    """The pages of a model, in order."""

    pages: list[PageEntry] = []

    @property
    def cursor(self) -> int:
        """The number of the last change."""
        return self.pages[-1].last if self.pages else 0

    @property
    def rows(self) -> int:
        """How many changes there are, those that later ones have replaced among them."""
        return sum(page.rows for page in self.pages)


class PersonalPages:
    """The pages of all models in one MLflow server.

    Every method may raise RegistryUnavailable, and NotRegistered where there is no such model or page.
    """

    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    def show(self, name: str) -> Pages:
        """The pages that the model's tag lists."""
        model = self._rest.get("registered-models/get", name=name)["registered_model"]
        return read_tag({tag["key"]: tag.get("value", "") for tag in model.get("tags", [])})

    def set(self, name: str, pages: Pages) -> None:
        """Let the model's tag list these pages."""
        self._rest.post("registered-models/set-tag", name=name, key=TAG, value=pages.model_dump_json())

    def read(self, name: str, since: int) -> PersonalChanges:
        """What changed after the change numbered `since`."""
        pages = self.show(name)
        rows = [row for page in pages.pages if page.last > since for row in self._fetch(name, page)]
        last = {row.user: row for row in rows if row.number > since}
        versions = {user: row.version for user, row in last.items()}
        adapters = {user: row.adapter for user, row in last.items() if row.adapter}
        return PersonalChanges(cursor=pages.cursor, versions=versions, adapters=adapters)

    def place(self, name: str, rows: Sequence[PersonalVersion]) -> PageEntry:
        """Store a page under a name that no other content has."""
        content = json.dumps([row.model_dump() for row in rows]).encode()
        file = f"{rows[-1].number}-{hashlib.sha256(content).hexdigest()[:12]}.json"
        with tempfile.TemporaryDirectory() as folder:
            aside = Path(folder) / file
            aside.write_bytes(content)
            self._rest.upload(aside, _uri(name, file))
        return PageEntry(last=rows[-1].number, rows=len(rows), file=file)

    def remove(self, name: str, page: PageEntry) -> None:
        """Delete a page that no list names any more."""
        with suppress(NotRegistered):
            self._rest.remove(_uri(name, page.file))

    def place_adapter(self, name: str, digest: str, data: bytes) -> None:
        """Store the file of an adapter under its SHA-256."""
        with tempfile.TemporaryDirectory() as folder:
            aside = Path(folder) / digest
            aside.write_bytes(data)
            self._rest.upload(aside, _uri(name, f"adapters/{digest}"))

    def fetch_adapter(self, name: str, digest: str) -> bytes:
        """The file of an adapter, as it lies there."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / digest
            self._rest.download(_uri(name, f"adapters/{digest}"), file)
            return file.read_bytes()

    def remove_adapter(self, name: str, digest: str) -> None:
        """Delete the file of an adapter, where there is one."""
        with suppress(NotRegistered):
            self._rest.remove(_uri(name, f"adapters/{digest}"))

    def _fetch(self, name: str, page: PageEntry) -> list[PersonalVersion]:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / page.file
            self._rest.download(_uri(name, page.file), file)
            return _ROWS.validate_json(file.read_bytes())


def read_tag(tags: Mapping[str, str]) -> Pages:
    """The pages that a model's tags list."""
    return Pages.model_validate_json(tags[TAG]) if TAG in tags else Pages()


def _uri(name: str, file: str) -> str:
    return f"{SCHEME}longhand-personal/{name}/{file}"
