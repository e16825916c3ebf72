"""Archives over HTTP: what is taken in, what is refused, and what is left of either."""

import io
import stat
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from longhand.contracts.accounts import Role
from longhand.servicekit.jobs.working.worker import Worker
from services.ingestion.app import create_app
from services.ingestion.archives import FOLDER, Archives, Limits
from services.ingestion.errors import ArchiveTooLarge, BadArchive
from services.ingestion.settings import IngestionSettings
from tests.ingestion.conftest import draw
from tests.service import Client, calling

TABLE = '{"image": "a.png", "text": "Genf"}\n{"image": "b.png", "text": "Bern"}\n{"image": "c.png", "text": "Chur"}\n'
LIMITS = Limits(bytes=100_000, files=10)


def pack(files: Mapping[str | ZipInfo, bytes | str]) -> bytes:
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def kept(settings: IngestionSettings) -> list[Path]:
    return list((Path(settings.imports_url) / FOLDER).glob("*"))


async def send(client: Client, content: bytes, name: str = "Towns", key: str = "k1") -> tuple[int, dict[str, object]]:
    headers = {"Content-Type": "application/zip", "Idempotency-Key": key}
    answer = await client.post("/ingest/archive", params={"name": name}, content=content, headers=headers)
    return answer.status_code, answer.json()


async def test_an_archive_becomes_a_version_that_can_be_looked_at(
    client: Client, worker: Worker, settings: IngestionSettings
) -> None:
    archive = pack({"towns/lines.jsonl": TABLE, "towns/a.png": draw("Genf"), "towns/b.png": draw("Bern"),
                    "towns/c.png": b"no picture", "__MACOSX/towns/._a.png": b"x"})  # fmt: skip
    status, job = await send(client, archive)
    assert status == 202 and (await send(client, archive))[1]["id"] == job["id"]
    done = await client.job(str(job["id"]))
    assert done["status"] == "succeeded", (await client.get(f"/jobs/{job['id']}/log")).text
    result = done["result"]
    assert (result["name"], result["pictures"], result["private"]) == ("Towns", 2, True)
    assert [one["file"] for one in result["unreadable"]] == ["Towns/c.png"]
    assert kept(settings) == []

    path = f"/datasets/{result['version']}"
    look = (await client.get(f"{path}/look", params={"count": 1})).json()
    assert (look["pictures"], look["lengths"], len(look["samples"])) == (2, {"4": 2}, 1)
    assert look["characters"]["n"] == 2 and look["sets"] == {"Towns": 2}
    sample = look["samples"][0]
    picture = await client.get(f"{path}/pictures/{sample['picture']}")
    assert picture.content == draw(sample["text"]) and picture.headers["content-type"] == "image/png"
    other = await client.get(f"{path}/pictures/{'0' * 64}")
    assert other.status_code == 404
    assert (await client.be("eve", Role.USER).get(f"{path}/look")).status_code == 403


async def test_what_was_taken_in_before_is_the_same_version(client: Client, worker: Worker) -> None:
    archive = pack({"lines.jsonl": TABLE.splitlines()[0], "a.png": draw("Genf")})
    jobs = [await client.job(str((await send(client, archive, key=key))[1]["id"])) for key in ("k1", "k2")]
    assert jobs[0]["id"] != jobs[1]["id"] and jobs[0]["result"]["version"] == jobs[1]["result"]["version"]
    assert len((await client.get("/datasets")).json()["items"]) == 1


LINK = ZipInfo("a/link")
LINK.external_attr = (stat.S_IFLNK | 0o777) << 16


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"../out.png": b"x"}, "leads out"),
        ({"a/../../out.png": b"x"}, "leads out"),
        ({"/etc/passwd": b"x"}, "leads out"),
        ({"..\\out.png": b"x"}, "leads out"),
        ({"C:\\out.png": b"x"}, "leads out"),
        ({LINK: b"/etc/passwd"}, "is a link"),
        ({".": b"x"}, "without a name"),
    ],
)
async def test_an_archive_that_climbs_or_points_elsewhere_is_refused(
    client: Client, settings: IngestionSettings, files: dict[str | ZipInfo, bytes], sentence: str
) -> None:
    status, problem = await send(client, pack(files))
    assert (status, problem["code"]) == (422, "bad_archive") and sentence in str(problem["detail"])
    assert kept(settings) == []


async def test_what_is_no_archive_is_refused(client: Client, settings: IngestionSettings) -> None:
    for content in (b"", b"PK\x03\x04 but not really", pack({"a": b"x"})[:-30]):
        status, problem = await send(client, content)
        assert (status, problem["code"]) == (422, "bad_archive")
    assert kept(settings) == []


@pytest.mark.parametrize("files", [{"zeros.png": b"\0" * 100_001}, {f"{n}.png": b"" for n in range(11)}])
async def test_an_archive_that_unpacks_beyond_a_limit_is_refused(
    settings: IngestionSettings, files: dict[str | ZipInfo, bytes]
) -> None:
    limited = settings.model_copy(update={"max_unpacked": LIMITS.bytes, "max_files": LIMITS.files})
    async with calling(create_app(limited), settings.var, "ingestion") as client:
        status, problem = await send(client, pack(files))
    assert (status, problem["code"]) == (413, "archive_too_large")
    assert kept(settings) == []


async def test_an_archive_that_is_too_long_is_refused_before_it_is_kept(settings: IngestionSettings) -> None:
    limited = settings.model_copy(update={"max_archive": 50})
    async with calling(create_app(limited), settings.var, "ingestion") as client:
        status, problem = await send(client, pack({"a.png": b"x"}))
    assert (status, problem["code"]) == (413, "too_large")
    assert kept(settings) == []


async def test_sizes_that_an_archive_says_are_not_believed(tmp_path: Path) -> None:
    """Its directory says 10 bytes of a file that has 200,000."""
    honest = pack({"zeros.png": b"\0" * 200_000})
    entry = honest.rindex(b"PK\x01\x02")
    lying = bytearray(honest)
    lying[entry + 24 : entry + 28] = (10).to_bytes(4, "little")

    async def parts() -> AsyncIterator[bytes]:
        yield bytes(lying)

    archives = Archives(str(tmp_path), LIMITS)
    key = await archives.receive(parts())
    with pytest.raises((BadArchive, ArchiveTooLarge)):
        archives.unpack(key, tmp_path / "unpacked")
    assert sum(file.stat().st_size for file in (tmp_path / "unpacked").rglob("*")) <= LIMITS.bytes
