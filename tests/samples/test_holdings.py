"""What lies where of a person, and its end."""

import uuid
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import Engine

from longhand.contracts.holdings import Held
from longhand.samples.blobs import Blobs
from longhand.samples.files import Files
from longhand.samples.holdings import declare, find_subject
from longhand.samples.journal import Journal
from longhand.samples.rebuilding import rebuild
from longhand.samples.versions import Line, Versions
from tests.samples.conftest import make_record


class House:
    """Two people's readings, one picture that both sent, and what was frozen of them."""

    def __init__(self, engine: Engine, files: Files) -> None:
        self.engine, self.blobs, self.versions = engine, Blobs(files), Versions(files)
        self.journal = Journal(engine)
        names = ("ann's", "bob's", "both")
        self.keys = {name: self.blobs.put(name.encode()) for name in names}
        for number, (name, by) in enumerate([("ann's", "ann"), ("both", "ann"), ("bob's", "bob"), ("both", "bob")]):
            self.journal.take(make_record(f"r-{number}", by=by, picture=self.keys[name]))
        self.journal.correct("r-0", "Bern", "bob")
        self.frozen = {
            "hers": self.freeze("ann's", "bob's"),
            "shared": self.freeze("both", "bob's"),
            "public": self.freeze("ann's", "both", private=False),
        }

    def freeze(self, *names: str, private: bool = True) -> str:
        lines = [Line(self.keys[name], name, "w", "train", "mine", name) for name in names]
        return self.versions.freeze("mine", lines, {}, private=private).version

    def held(self, person: str) -> list[Held]:
        subject = find_subject(self.engine, self.versions, person)
        return [held for holding in declare(self.engine, self.blobs, self.versions) for held in holding.find(subject)]

    def delete(self, person: str) -> list[Held]:
        subject = find_subject(self.engine, self.versions, person)
        done: list[Sequence[Held]] = []
        for holding in declare(self.engine, self.blobs, self.versions):
            done.append(holding.delete(subject))
        return [held for part in done for held in part]


@pytest.fixture(params=["directory", "object store"])
def house(request: pytest.FixtureRequest, engine: Engine, tmp_path: Path) -> House:
    files = Files(tmp_path / "store" if request.param == "directory" else f"memory://{uuid.uuid4().hex}")
    return House(engine, files)


def test_what_a_person_sent_is_found_in_every_holding(house: House) -> None:
    assert [(held.holding, held.place) for held in house.held("ann")] == [
        ("versions", house.frozen["hers"]),
        ("pictures", house.keys["ann's"]),
        ("journal", "r-0"),
        ("journal", "r-1"),
    ]
    assert house.held("cid") == []


def test_a_person_s_data_is_deleted_and_what_is_also_another_s_stays(house: House) -> None:
    found = house.held("ann")
    assert house.delete("ann") == found
    assert house.held("ann") == [] == house.delete("ann")
    assert not house.blobs.has(house.keys["ann's"])
    assert house.blobs.get(house.keys["both"]) == b"both"
    assert {known.version for known in house.versions.all()} == {house.frozen["shared"], house.frozen["public"]}
    assert [record.id for _, record in house.journal.readings.page()] == ["r-3", "r-2"]


def test_what_was_deleted_does_not_come_back_with_the_table(house: House) -> None:
    house.delete("ann")
    assert rebuild(house.engine) == 2
    assert house.journal.history("r-0") == []


def test_a_picture_goes_with_the_last_of_those_who_sent_it(house: House) -> None:
    house.delete("ann")
    house.delete("bob")
    assert not any(house.blobs.has(key) for key in house.keys.values())
    assert [known.version for known in house.versions.all()] == [house.frozen["public"]]
