"""Named lexicons, in a directory and in an object store."""

import hashlib
import uuid
from pathlib import Path

import pytest

from longhand.handwriting.ctc.lexicon import Lexicon
from longhand.samples.errors import DamagedSample, UnknownLexicon
from longhand.samples.files import Files
from longhand.samples.lexicons import Lexicons, shipped

FIRST, SECOND = Lexicon(["Genf", "Bern"]), Lexicon(["Genf", "Bern", "Chur"])


@pytest.fixture(params=["directory", "object store"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    return Files(tmp_path / "store" if request.param == "directory" else f"memory://{uuid.uuid4().hex}")


def test_a_version_is_named_by_the_hash_of_its_entries(files: Files) -> None:
    made = Lexicons(files).put("towns", FIRST, "ada")
    assert made.version == hashlib.sha256(b"Genf\nBern").hexdigest() == FIRST.digest
    assert (made.name, made.count, made.by) == ("towns", 2, "ada")
    assert Lexicons(files).content("towns").entries == ["Genf", "Bern"]


def test_a_name_means_its_newest_version_and_older_ones_stay(files: Files) -> None:
    lexicons = Lexicons(files)
    first, second = lexicons.put("towns", FIRST, "ada"), lexicons.put("towns", SECOND, "bob")
    assert lexicons.get("towns") == second
    assert lexicons.content("towns", first.version).entries == ["Genf", "Bern"]
    assert lexicons.all() == [second]


def test_what_a_name_means_already_is_not_made_again(files: Files) -> None:
    lexicons = Lexicons(files)
    assert lexicons.put("towns", FIRST, "ada") == lexicons.put("towns", FIRST, "bob")
    lexicons.put("towns", SECOND, "ada")
    assert lexicons.put("towns", FIRST, "bob").by == "bob" and lexicons.get("towns").version == FIRST.digest


def test_a_dropped_name_means_nothing_and_its_versions_are_still_there(files: Files) -> None:
    lexicons = Lexicons(files)
    made = lexicons.put("towns", FIRST, "ada")
    lexicons.drop("towns")
    assert lexicons.all() == [] and lexicons.content("towns", made.version).count == 2
    for ask in (lambda: lexicons.get("towns"), lambda: lexicons.drop("towns")):
        with pytest.raises(UnknownLexicon, match="no lexicon 'towns'"):
            ask()
    assert lexicons.put("towns", FIRST, "bob").by == "bob"


@pytest.mark.parametrize("version", ["0" * 64, "newest", "../towns", ""])
def test_a_version_that_is_none_is_not_found(files: Files, version: str) -> None:
    Lexicons(files).put("towns", FIRST, "ada")
    with pytest.raises(UnknownLexicon):
        Lexicons(files).text("towns", version)


@pytest.mark.parametrize("name", ["rivers", "../towns", "Towns", "a" * 64, "towns\n"])
def test_a_name_that_is_none_is_not_found(files: Files, name: str) -> None:
    with pytest.raises(UnknownLexicon):
        Lexicons(files).content(name)


def test_entries_that_changed_on_disk_are_damage(files: Files) -> None:
    made = Lexicons(files).put("towns", FIRST, "ada")
    files.write(f"lexicons/towns/{made.version}.txt", b"Genf\nBerlin")
    with pytest.raises(DamagedSample):
        Lexicons(files).text("towns", made.version)


def test_what_is_shipped_is_put_once_and_never_against_an_administrator(files: Files) -> None:
    lexicons = Lexicons(files)
    lexicons.provide()
    assert [(known.name, known.by) for known in lexicons.all()] == [("medicines", "longhand")]
    lexicons.put("medicines", FIRST, "ada")
    lexicons.provide()
    assert lexicons.get("medicines").by == "ada"
    lexicons.drop("medicines")
    lexicons.provide()
    assert lexicons.all() == []


def test_the_medicines_are_names_in_small_letters_sorted_and_each_once() -> None:
    (name, lexicon), *others = shipped()
    assert name == "medicines" and not others
    assert len(lexicon.entries) >= 500
    assert list(lexicon.entries) == sorted({entry.lower() for entry in lexicon.entries})
    assert {"paracetamol", "salbutamol", "levothyroxine", "acetylsalicylic acid", "zopiclone"} <= set(lexicon.entries)
    assert all(entry.isascii() and entry.replace(" ", "").isalpha() for entry in lexicon.entries)
