"""POST /ingest: from a folder of files to a frozen dataset version."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from longhand.contracts.accounts import Role
from longhand.datasets.adapters.folders import read_folder
from longhand.servicekit.jobs.working.worker import Worker
from services.ingestion.app import create_app
from services.ingestion.settings import IngestionSettings
from tests.ingestion.conftest import draw, write_folder
from tests.service import Client, calling


async def test_a_folder_becomes_a_frozen_version_and_what_was_left_out_is_named(
    client: Client, worker: Worker, settings: IngestionSettings, tmp_path: Path
) -> None:
    (tmp_path / "secret.png").write_bytes(draw("secret"))
    pictures = {"a.png": (draw("Genf"), "Genf"), "copy.png": (draw("Genf"), "Genf"), "b.png": (draw("Bern"), "Bern")}
    bad = {"cut.png": (draw("Chur")[:90], "Chur"), "../../secret.png": (b"", "secret")}
    write_folder(Path(settings.imports_url) / "mine", {**pictures, **bad})
    (Path(settings.imports_url) / "mine" / "text.png").write_text("not a picture")
    with (Path(settings.imports_url) / "mine" / "lines.jsonl").open("a") as lines:
        lines.write('{"image": "text.png", "text": "x"}\n{"image": "gone.png", "text": "y"}\n')

    answer = await client.post("/ingest", json={"folder": "mine"})
    assert (answer.status_code, answer.json()["status"]) == (202, "queued")
    job = await client.job(answer.json()["id"])
    assert job["status"] == "succeeded", job
    assert job["progress"] == {"pictures": 2, "duplicates": 1, "unreadable": 4}

    known = (await client.get(f"/datasets/{job['result']['version']}")).json()
    assert (known["name"], known["private"], known["pictures"], known["duplicates"]) == ("mine", True, 2, 1)
    assert known["source"] == {"folder": "mine"}
    reasons = {entry["file"]: entry["reason"] for entry in known["unreadable"]}
    codes = {entry["file"]: entry["code"] for entry in known["unreadable"]}
    assert sorted(reasons) == ["mine/../../secret.png", "mine/cut.png", "mine/gone.png", "mine/text.png"]
    assert "outside" in reasons["mine/../../secret.png"] and "No such file" in reasons["mine/gone.png"]
    assert (codes["mine/gone.png"], codes["mine/cut.png"]) == ("unreadable_file", "unreadable_image")
    folder = Path(settings.store_url) / "versions" / known["version"]
    assert sorted((s.text, s.read()) for s in read_folder(folder)) == [("Bern", draw("Bern")), ("Genf", draw("Genf"))]
    assert (await client.get("/datasets")).json() == {"items": [known], "next": None}
    assert 'longhand_jobs{kind="ingest",queue="ingest",status="succeeded"} 1.0' in (await client.get("/metrics")).text


async def test_unreadable_files_fail_the_job_where_they_are_to_be_refused(
    client: Client, worker: Worker, settings: IngestionSettings
) -> None:
    write_folder(Path(settings.imports_url) / "mine", {"a.png": (draw("a"), "a"), "cut.png": (draw("b")[:50], "b")})
    answer = await client.post("/ingest", json={"folder": "mine", "unreadable": "refuse"})
    job = await client.job(answer.json()["id"])
    assert (job["status"], job["error"]["code"]) == ("failed", "unreadable_files")
    assert "mine/cut.png" in job["error"]["message"]
    assert (await client.get("/datasets")).json()["items"] == []


async def test_a_folder_without_one_good_picture_fails_the_job(
    client: Client, worker: Worker, settings: IngestionSettings
) -> None:
    write_folder(Path(settings.imports_url) / "bad", {"cut.png": (b"", "b")})
    for name in ("table", "none"):
        (Path(settings.imports_url) / name).mkdir()
    (Path(settings.imports_url) / "table/labels.csv").write_text("image,text\na.png\n")
    ids = [(await client.post("/ingest", json={"folder": name})).json()["id"] for name in ("bad", "table", "none")]
    errors = [(await client.job(id))["error"] for id in ids]
    assert [error["code"] for error in errors] == ["nothing_to_read", "bad_dataset", "no_texts"]
    assert errors[1]["message"].startswith("table/labels.csv, line 2: ")
    assert errors[2]["message"].startswith("No texts were found beside the pictures. ")


async def test_a_format_and_its_options_are_kept_to_and_what_it_drops_is_counted(
    client: Client, worker: Worker, settings: IngestionSettings
) -> None:
    iam = Path(settings.imports_url) / "iam"
    place = iam / "words/a01/a01-000u"
    place.mkdir(parents=True)
    rows = [f"a01-000u-00-0{i} {mark} 154 408 768 27 51 AT w{i}\n" for i, mark in enumerate(("ok", "err"))]
    (iam / "words.txt").write_text("".join(rows))
    for i in range(2):
        (place / f"a01-000u-00-0{i}.png").write_bytes(draw(f"w{i}"))
    asked = [{"format": "iam"}, {"options": {"err": "keep"}}, {"options": {"err": 7}}]
    jobs = [await client.job((await client.post("/ingest", json={"folder": "iam", **a})).json()["id"]) for a in asked]
    assert [job["status"] for job in jobs] == ["succeeded", "succeeded", "failed"]
    assert [(j["result"]["pictures"], j["result"]["dropped"]) for j in jobs[:2]] == [
        (1, {"segmented_wrongly": 1}),
        (2, {}),
    ]
    assert "takes no err of 7" in jobs[2]["error"]["message"]
    log = (await client.get(f"/jobs/{jobs[0]['id']}/log")).text
    assert "reading the folder iam in the format iam" in log and "left out by the format: 1 (segmented_wrongly)" in log
    known = (await client.get(f"/datasets/{jobs[0]['result']['version']}")).json()
    assert known["dropped"] == {"segmented_wrongly": 1} and known["source"] == {"folder": "iam", "format": "iam"}


async def test_a_data_set_of_the_catalogue_is_taken_in_by_name(client: Client, worker: Worker) -> None:
    answer = await client.post("/ingest", json={"dataset": "strokes"})
    job = await client.job(answer.json()["id"])
    assert job["status"] == "succeeded", job
    assert job["result"]["pictures"] > 100 and job["result"]["splits"]["train"] > 0


async def test_an_unknown_data_set_is_refused_before_anything_is_queued(client: Client) -> None:
    answer = await client.post("/ingest", json={"dataset": "no-such"})
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_dataset")
    assert "digits" in answer.json()["detail"]
    assert (await client.get("/jobs")).json()["items"] == []


@pytest.mark.parametrize("folder", ["..", ".", "", "/etc", "../outside", "link", "loop", "gone", "x" * 5000])
async def test_a_folder_that_is_not_below_the_imports_is_refused(
    client: Client, settings: IngestionSettings, tmp_path: Path, folder: str
) -> None:
    (tmp_path / "outside").mkdir()
    (Path(settings.imports_url) / "fine").mkdir(parents=True)
    (Path(settings.imports_url) / "link").symlink_to(tmp_path / "outside")
    (Path(settings.imports_url) / "loop").symlink_to("loop")
    answer = await client.post("/ingest", json={"folder": folder})
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_folder")
    assert "fine" in answer.json()["detail"]


async def test_a_request_names_either_a_data_set_or_a_folder(client: Client) -> None:
    for asked in ({}, {"dataset": "digits", "folder": "mine"}):
        assert (await client.post("/ingest", json=asked)).status_code == 422


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"folder": "mine", "format": "scrolls"}, "prescriptions"),
        ({"folder": "mine", "format": "iam", "options": {"er": "keep"}}, "err"),
        ({"folder": "mine", "options": {"er": "keep"}}, "err"),
        ({"dataset": "digits", "options": {"err": "keep"}}, "catalogue"),
        ({"dataset": "digits", "format": "iam"}, "catalogue"),
    ],
)
async def test_what_no_format_admits_is_refused_before_anything_is_queued(
    client: Client, settings: IngestionSettings, asked: dict[str, object], names: str
) -> None:
    (Path(settings.imports_url) / "mine").mkdir(parents=True)
    answer = await client.post("/ingest", json=asked)
    assert answer.status_code == 422 and names in answer.json()["detail"]
    assert (await client.get("/jobs")).json()["items"] == []


async def test_a_log_says_what_was_read_and_what_was_left_out(
    client: Client, worker: Worker, settings: IngestionSettings
) -> None:
    write_folder(Path(settings.imports_url) / "mine", {"a.png": (draw("a"), "a"), "cut.png": (draw("b")[:50], "b")})
    job = await client.job((await client.post("/ingest", json={"folder": "mine"})).json()["id"])
    log = (await client.get(f"/jobs/{job['id']}/log")).text.splitlines()
    assert log[0] == "reading the folder mine in the format lines"
    assert any(line.startswith("left out: mine/cut.png: ") for line in log)
    assert "1 pictures, 0 duplicates, 1 unreadable" in log
    assert log[-1].startswith(f"frozen as version {job['result']['version']}")


async def test_any_replica_shows_the_log_and_the_folders_though_it_shares_no_disk(
    client: Client, worker: Worker, settings: IngestionSettings, tmp_path: Path
) -> None:
    write_folder(Path(settings.imports_url) / "mine", {"a.png": (draw("a"), "a")})
    shared = {"state_url": settings.state_url, "imports": settings.imports_url, "store": settings.store_url}
    other = IngestionSettings(var=tmp_path / "other", public_key=settings.public_key, **shared)
    async with calling(create_app(other), settings.var, "ingestion") as replica:
        id = (await replica.post("/ingest", json={"folder": "mine"})).json()["id"]
        assert (await replica.job(id))["status"] == "succeeded"
        assert "reading the folder mine" in (await replica.get(f"/jobs/{id}/log")).text


async def test_the_same_key_is_the_same_job_and_with_other_work_it_is_refused(client: Client) -> None:
    key = {"Idempotency-Key": "k"}
    first, again = [await client.post("/ingest", json={"dataset": "digits"}, headers=key) for _ in range(2)]
    assert first.json() == again.json() and first.json()["id"].startswith("ing-")
    other = await client.post("/ingest", json={"dataset": "digits", "unreadable": "refuse"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    joined = await client.post("/ingest", json={"dataset": "digits"})
    assert (joined.json()["id"], joined.json()["joined"]) == (first.json()["id"], True)


async def test_only_an_admin_with_the_gateways_token_may_ingest(client: Client) -> None:
    assert (await client.be("rita", Role.REVIEWER).post("/ingest", json={"dataset": "digits"})).status_code == 403
    assert (await client.get("/datasets")).status_code == 403
    client.be_nobody()
    for method, path in [("POST", "/ingest"), ("GET", "/datasets"), ("GET", "/readings"), ("GET", "/jobs")]:
        assert (await client.request(method, path)).status_code == 401


async def test_an_unknown_version_is_not_found(client: Client) -> None:
    answer = await client.get("/datasets/" + "0" * 64)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_the_api_brings_neither_networks_nor_opencv_nor_dvc() -> None:
    program = "import sys, json, services.ingestion.app; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert {"cv2", "tensorflow", "keras", "dvc", "mlflow", "onnxruntime"} & set(json.loads(done.stdout)) == set()


async def test_a_cursor_of_data_sets_that_no_page_gave_is_refused(client: Client) -> None:
    answer = await client.get("/datasets", params={"cursor": "x"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
