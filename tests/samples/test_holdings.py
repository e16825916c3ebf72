"""What lies where of a person, and its end."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from longhand.contracts.holdings import Held
from longhand.samples.blobs import Blobs, place
from longhand.samples.errors import VersionWithdrawn
from longhand.samples.files import Files
from longhand.samples.gathering import SET
from longhand.samples.holdings import FrozenVersions, declare
from longhand.samples.journal import Journal
from longhand.samples.rebuilding import catch_up, rebuild
from longhand.samples.retention import expire
from longhand.samples.subjects import find_subject, is_theirs
from longhand.samples.tables import corrections, readings
from longhand.samples.versions import Line, Versions, parse
from longhand.samples.vocabularies import Vocabularies
from tests.samples.conftest import make_record


class House:
    """Two people's readings, one picture that both sent, and what was frozen of them."""

    def __init__(self, engine: Engine, files: Files) -> None:
        self.engine, self.files, self.blobs, self.versions = engine, files, Blobs(files), Versions(files)
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
    anew = house.versions.withdrawn(house.frozen["hers"])
    assert anew and [parse(row).name for row in house.versions.lines(anew.replaced_by or "").splitlines()] == ["bob's"]
    left = {house.frozen["shared"], house.frozen["public"], anew.replaced_by}
    assert {known.version for known in house.versions.all()} == left
    assert [record.id for _, record in house.journal.readings.page()] == ["r-3", "r-2"]


def test_what_was_deleted_does_not_come_back_with_the_table(house: House) -> None:
    kept = [line.number for line in house.journal.history("r-0")]
    house.delete("ann")
    before = dump(house.engine)
    assert rebuild(house.engine) == 2 and dump(house.engine) == before
    assert [(line.number, line.kind, line.by, line.body) for line in house.journal.history("r-0")] == [
        (number, "erased", "", {}) for number in kept
    ]
    assert catch_up(house.engine) == 0


def test_what_a_person_said_of_others_readings_goes_as_if_they_had_said_nothing(house: House) -> None:
    house.journal.correct("r-2", "Chur", "cid")
    house.journal.correct("r-2", "Zug", "ann")
    assert [word.word for word in Vocabularies(house.engine).all("cid")] == []
    house.delete("ann")
    record = house.journal.readings.get("r-2")
    assert record.correction and (record.correction.text, record.correction.by) == ("Chur", "cid")
    assert [one.by for one in record.answers] == ["cid"] and "Zug" not in str(dump(house.engine))
    assert [word.word for word in Vocabularies(house.engine).all("cid")] == ["Chur"]
    assert Vocabularies(house.engine).all("ann") == []


def test_a_correction_that_was_taken_back_by_an_erased_person_stays_taken_back(house: House) -> None:
    house.journal.correct("r-2", "Chur", "cid")
    house.journal.withdraw("r-2", "ann")
    house.delete("ann")
    record = house.journal.readings.get("r-2")
    assert record.correction is None and record.withdrawn and record.withdrawn.by == ""


def test_what_a_correction_of_an_erased_picture_taught_somebody_else_is_unlearned(house: House) -> None:
    assert [word.word for word in Vocabularies(house.engine).all("bob")] == ["Bern"]
    house.delete("ann")
    assert Vocabularies(house.engine).all("bob") == []


def test_what_was_sent_after_the_moment_of_an_erasure_stays(house: House) -> None:
    moment = make_record().received_at
    house.journal.take(make_record("r-9", picture=house.keys["ann's"], received_at=moment + timedelta(seconds=1)))
    subject = find_subject(house.engine, house.versions, "ann", moment)
    assert subject.readings == {"r-0", "r-1"} and not subject.pictures
    for holding in declare(house.engine, house.blobs, house.versions):
        holding.delete(subject)
    assert house.journal.readings.get("r-9").by == "ann" and house.blobs.has(house.keys["ann's"])


def test_a_withdrawn_version_says_why_and_is_not_frozen_again(house: House) -> None:
    house.delete("ann")
    with pytest.raises(VersionWithdrawn, match=r"was withdrawn on .* frozen instead"):
        house.versions.get(house.frozen["hers"])
    house.blobs.put(b"ann's")
    with pytest.raises(VersionWithdrawn):
        house.freeze("ann's", "bob's")


@pytest.mark.parametrize("done", range(7))
def test_what_was_planned_is_deleted_also_where_a_process_was_killed_after_any_step(house: House, done: int) -> None:
    house.journal.correct("r-2", "Zug", "ann")
    planned = find_subject(house.engine, house.versions, "ann")
    for holding in declare(house.engine, house.blobs, house.versions)[:done]:
        holding.delete(planned)
    found = planned.join(find_subject(house.engine, house.versions, "ann"))
    for holding in declare(house.engine, house.blobs, house.versions):
        holding.delete(found)
        assert holding.find(found) == []
    assert not house.blobs.has(house.keys["ann's"]) and house.blobs.get(house.keys["both"]) == b"both"
    assert [record.id for _, record in house.journal.readings.page()] == ["r-3", "r-2"]
    assert house.versions.withdrawn(house.frozen["hers"]) and "Zug" not in str(dump(house.engine))


def test_a_withdrawal_that_was_killed_half_way_is_done_again(house: House) -> None:
    subject = find_subject(house.engine, house.versions, "ann")
    gone = house.versions._replace(house.frozen["hers"], lambda line: is_theirs(subject, line), "reason.")
    assert house.frozen["hers"] not in {known.version for known in house.versions.all()}
    assert house.versions.lies(house.frozen["hers"])
    FrozenVersions(house.versions).delete(subject)
    assert not house.versions.lies(house.frozen["hers"])
    assert house.versions.withdrawn(house.frozen["hers"]) == gone


def test_versions_that_a_killed_process_left_half_made_go_where_they_hold_any_of_a_person(house: House) -> None:
    house.journal.correct("r-2", "Zug", "ann")
    hers, his = house.keys["ann's"], house.keys["bob's"]
    for draft, key in ((".dead.17.ab12", hers), ("e" * 64, hers), (".beef.17.ab13", his), (".feed.17.ab14", his)):
        house.files.link(place(key), f"versions/{draft}/images/{key[:2]}/{key}.png")
    said = Line(his, "Zug", "ann", "train", "corrections", "r-2")
    house.files.write("versions/.beef.17.ab13/lines.jsonl", said.row().encode())
    house.delete("ann")
    assert list(house.versions.drafts()) == [".feed.17.ab14"]


def test_a_picture_that_a_killed_process_has_put_down_half_goes_also_where_it_never_came_to_lie_there(
    engine: Engine, tmp_path: Path
) -> None:
    house = House(engine, Files(tmp_path))
    key = Blobs.key(b"lost")
    house.journal.take(make_record("r-9", picture=key))
    halves = [tmp_path / f"blobs/{one[:2]}/.{one}.17.ab15" for one in (key, house.keys["ann's"], house.keys["bob's"])]
    for half in halves:
        half.parent.mkdir(exist_ok=True)
        half.write_bytes(b"half")
    house.delete("ann")
    assert [half.exists() for half in halves] == [False, False, True]


def test_a_picture_goes_with_the_last_of_those_who_sent_it(house: House) -> None:
    house.delete("ann")
    house.delete("bob")
    assert not any(house.blobs.has(key) for key in house.keys.values())
    assert [known.version for known in house.versions.all()] == [house.frozen["public"]]


def test_what_frozen_versions_show_of_readings_whose_time_was_over_is_found_and_goes(house: House) -> None:
    house.journal.correct("r-2", "Ulm", "ann")
    text = [Line(house.keys["bob's"], "Ulm", "ann", "train", SET, "r-2")]
    house.frozen["hers too"] = house.versions.freeze("corrections", text, {}, private=True).version
    assert expire(house.engine, house.blobs, datetime.now(UTC) + timedelta(days=1)) == 4
    assert {held.place for held in house.held("ann") if held.holding == "versions"} == {
        house.frozen["hers"],
        house.frozen["hers too"],
    }
    assert [held.place for held in house.held("ann") if held.holding == "expired"] == ["r-0", "r-2"]
    house.delete("ann")
    assert house.held("ann") == []
    left = {house.frozen["shared"], house.frozen["public"]}
    assert left <= {known.version for known in house.versions.all()}
    assert [held.place for held in house.held("bob") if held.holding == "expired"] == ["r-2"], "what he had sent"


def test_an_expired_picture_that_somebody_else_shows_still_is_theirs(house: House) -> None:
    house.journal.correct("r-1", "Both", "ann")
    soon = datetime.now(UTC) + timedelta(days=1)
    house.journal.take(make_record("r-9", by="bob", picture=house.keys["both"], received_at=soon + timedelta(days=1)))
    assert expire(house.engine, house.blobs, soon) == 4
    assert house.frozen["shared"] not in {held.place for held in house.held("ann")}
    house.delete("ann")
    assert house.blobs.get(house.keys["both"]) == b"both"


def dump(engine: Engine) -> list[object]:
    """What is in both tables."""
    with engine.connect() as connection:
        return [tuple(row) for table in (readings, corrections) for row in connection.execute(select(table))]
