"""Two processes that make the same thing at once both end with a whole one."""

import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.synchronize import Barrier
from pathlib import Path

from longhand import durable
from longhand.samples.blobs import Blobs
from longhand.samples.files import Files
from longhand.samples.versions import Line, Versions

RACES, PICTURES = 50, 6


def make_lines(race: int) -> list[Line]:
    blobs = [Blobs.key(f"race {race} picture {number}".encode()) for number in range(PICTURES)]
    return [Line(key, f"text {number}", "w", "train", "mine", f"{number}.png") for number, key in enumerate(blobs)]


def freeze(store: Path, start: Barrier) -> None:
    """One of two writers: freezes every version at the same time as the other."""
    versions = Versions(Files(store))
    for race in range(RACES):
        start.wait(60)
        known = versions.freeze("mine", make_lines(race), {"process": os.getpid()})
        assert whole(store, versions, known.version)


def fetch(store: str, cache: Path, start: Barrier) -> None:
    """One of two readers: copies a folder of an object store at the same time as the other."""
    files = Files(store)
    for race in range(RACES):
        files.write("versions/v/lines.jsonl", b"x" * 100_000)
        files.write("versions/v/version.json", b"{}")
        start.wait(60)
        folder = files.fetch("versions/v", cache / str(race), "version.json")
        assert [len((folder / name).read_bytes()) for name in ("lines.jsonl", "version.json")] == [100_000, 2]


def whole(store: Path, versions: Versions, version: str) -> bool:
    folder = versions.fetch(version, store)
    pictures = [path.read_bytes() for path in folder.rglob("*.png")]
    return len(pictures) == versions.get(version).pictures == PICTURES and all(pictures)


def race(work: Callable[..., None], *arguments: object) -> None:
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(2)
    writers = [context.Process(target=work, args=(*arguments, start)) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
    assert [writer.exitcode for writer in writers] == [0, 0]


def test_fifty_races_to_freeze_one_version_end_in_fifty_whole_versions(tmp_path: Path) -> None:
    files = Files(tmp_path)
    for number in range(RACES):
        for picture in range(PICTURES):
            Blobs(files).put(f"race {number} picture {picture}".encode(), durable=False)
    race(freeze, tmp_path)
    versions = Versions(files)
    assert [whole(tmp_path, versions, known.version) for known in versions.all()] == [True] * RACES
    assert [path.name for path in (tmp_path / "versions").iterdir() if path.name.startswith(".")] == []


def test_fifty_races_to_fetch_one_folder_end_in_fifty_whole_copies(tmp_path: Path) -> None:
    race(fetch, "memory://races", tmp_path)
    assert len(list(tmp_path.iterdir())) == RACES


def test_what_a_killed_writer_left_aside_is_swept_after_a_day(tmp_path: Path) -> None:
    old, new = (durable.aside_of(tmp_path / name) for name in ("old", "new"))
    for folder in (old, new):
        (folder / "images").mkdir(parents=True)
    os.utime(old, (0, 0))
    with Files(tmp_path.parent).staging(f"{tmp_path.name}/version", "version.json"):
        pass
    assert {path.name for path in tmp_path.iterdir()} == {new.name, "version"}
