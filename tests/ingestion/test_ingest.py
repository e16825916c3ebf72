"""POST /ingest: from a folder of files to a frozen dataset version."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from longhand.contracts.accounts import Role
from longhand.datasets.folders import read_folder
from longhand.servicekit.jobs.worker import Worker
from services.ingestion.settings import IngestionSettings
from tests.ingestion.conftest import draw, write_folder
from tests.service import Client


async def test_a_folder_becomes_a_frozen_version_and_what_was_left_out_is_named(
    client: Client, worker: Worker, settings: IngestionSettings, tmp_path: Path
) -> None:
    (tmp_path / "secret.png").write_bytes(draw("secret"))
    pictures = {"a.png": (draw("Genf"), "Genf"), "copy.png": (draw("Genf"), "Genf"), "b.png": (draw("Bern"), "Bern")}
    bad = {"cut.png": (draw("Chur")[:90], "Chur"), "../../secret.png": (b"", "secret")}
    write_folder(settings.imports_directory / "mine", {**pictures, **bad})
    (settings.imports_directory / "mine" / "text.png").write_text("not a picture")
    with (settings.imports_directory / "mine" / "lines.jsonl").open("a") as lines:
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
    assert sorted(reasons) == ["mine/../../secret.png", "mine/cut.png", "mine/gone.png", "mine/text.png"]
    assert "outside" in reasons["mine/../../secret.png"] and "No such file" in reasons["mine/gone.png"]
    folder = Path(settings.store_url) / "versions" / known["version"]
    assert sorted((s.text, s.read()) for s in read_folder(folder)) == [("Bern", draw("Bern")), ("Genf", draw("Genf"))]
    assert (await client.get("/datasets")).json() == {"items": [known], "next": None}
    assert 'longhand_jobs{kind="ingest",status="succeeded"} 1.0' in (await client.get("/metrics")).text


async def test_unreadable_files_fail_the_job_where_they_are_to_be_refused(
    client: Client, worker: Worker, settings: IngestionSettings
) -> None:
    write_folder(settings.imports_directory / "mine", {"a.png": (draw("a"), "a"), "cut.png": (draw("b")[:50], "b")})
    answer = await client.post("/ingest", json={"folder": "mine", "unreadable": "refuse"})
    job = await client.job(answer.json()["id"])
    assert (job["status"], job["error"]["code"]) == ("failed", "unreadable_files")
    assert "mine/cut.png" in job["error"]["message"]
    assert (await client.get("/datasets")).json()["items"] == []


async def test_a_folder_without_one_good_picture_fails_the_job(
    client: Client, worker: Worker, settings: IngestionSettings
) -> None:
    write_folder(settings.imports_directory / "bad", {"cut.png": (b"", "b")})
    (settings.imports_directory / "none").mkdir()
    ids = [(await client.post("/ingest", json={"folder": name})).json()["id"] for name in ("bad", "none")]
    codes = [(await client.job(id))["error"]["code"] for id in ids]
    assert codes == ["nothing_to_read", "bad_dataset"]


async def test_a_format_and_its_options_are_kept_to_and_what_it_drops_is_counted(
    client: Client, worker: Worker, settings: IngestionSettings
) -> None:
    iam = settings.imports_directory / "iam"
    place = iam / "words/a01/a01-000u"
    place.mkdir(parents=True)
    rows = [f"a01-000u-00-0{i} {mark} 154 408 768 27 51 AT w{i}\n" for i, mark in enumerate(("ok", "err"))]
    (iam / "words.txt").write_text("".join(rows))
    for i in range(2):
        (place / f"a01-000u-00-0{i}.png").write_bytes(draw(f"w{i}"))
    wishes = [{"format": "iam"}, {"options": {"err": "keep"}}, {"options": {"er": "keep"}}]
    jobs = [await client.job((await client.post("/ingest", json={"folder": "iam", **w})).json()["id"]) for w in wishes]
    assert [job["status"] for job in jobs] == ["succeeded", "succeeded", "failed"]
    assert [(j["result"]["pictures"], j["result"]["dropped"]) for j in jobs[:2]] == [
        (1, {"segmented_wrongly": 1}),
        (2, {}),
    ]
    assert "no option er" in jobs[2]["error"]["message"]
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


@pytest.mark.parametrize("folder", ["..", ".", "", "/etc", "../outside", "link", "loop", "gone", "a\0b", "x" * 5000])
async def test_a_folder_that_is_not_below_the_imports_is_refused(
    client: Client, settings: IngestionSettings, tmp_path: Path, folder: str
) -> None:
    (tmp_path / "outside").mkdir()
    (settings.imports_directory / "fine").mkdir(parents=True)
    (settings.imports_directory / "link").symlink_to(tmp_path / "outside")
    (settings.imports_directory / "loop").symlink_to("loop")
    answer = await client.post("/ingest", json={"folder": folder})
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_folder")
    assert "fine" in answer.json()["detail"]


async def test_a_wish_names_either_a_data_set_or_a_folder(client: Client) -> None:
    for wish in ({}, {"dataset": "digits", "folder": "mine"}):
        assert (await client.post("/ingest", json=wish)).status_code == 422


async def test_the_same_key_is_the_same_job(client: Client) -> None:
    ids = [
        (await client.post("/ingest", json=wish, headers={"Idempotency-Key": "k"})).json()["id"]
        for wish in ({"dataset": "digits"}, {"dataset": "digits", "unreadable": "refuse"})
    ]
    assert ids[0] == ids[1] and ids[0].startswith("ing-")


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
