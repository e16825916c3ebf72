"""Reports are made from what the stages left, whole, and show no picture of somebody's own."""

import csv
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import chdir, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from longhand.datasets.synthetic.conditions import CONDITIONS
from longhand.registry.registry import Registry
from longhand.registry.rest import API
from longhand.tasks import TASKS
from pipelines.evaluate import evaluate
from pipelines.ingest import ingest
from pipelines.prepare import prepare
from pipelines.recipe import TRACKING, Recipe, read_json, read_sections, write_json
from pipelines.report.__main__ import main
from pipelines.report.conditions import describe
from pipelines.report.document import Paragraph
from pipelines.report.material import gather
from pipelines.validate import validate
from tests.bundles import glyph_guesser, stroke_counter
from tests.drawings import encode, written
from tests.pipelines.workshop import PARAMS, SHARED, workshop

pytestmark = pytest.mark.timeout(600)
TEXTS = {"text": ["lll", "ill", "H", "l|_*`<b>", "<script>"], "characters": ["7", "1", "7", "7", "K"]}
DRAWN = {"text": "strokes", "characters": "stroke-glyphs"}
NO_SERVER = "http://127.0.0.1:9"
ONE_MODEL = pytest.mark.parametrize("evaluated", ["text"], indirect=True)
"""For what is the same whichever model a report is of."""


@dataclass(frozen=True)
class Place:
    """A folder in which a recipe has been evaluated."""

    folder: Path
    model: str

    @property
    def reports(self) -> Path:
        return self.folder / "var" / "reports" / "starter" / self.model

    def page(self, name: str = "report.html") -> str:
        return (self.reports / name).read_text(encoding="utf-8")

    def stage(self, name: str) -> Path:
        return self.folder / "var" / "pipeline" / "starter" / self.model / name


def letters(folder: Path, model: str) -> None:
    """Letters of two people, some to train on, some to test, validate and blush about."""
    folder.mkdir()
    with (folder / "labels.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["file", "label", "writer", "split"])
        for i, text in enumerate(TEXTS[model] * 6):
            split = ("train", "validation", "test")[i // 10]
            (folder / f"secret-{i}.png").write_bytes(encode(written(text, i).gray))
            table.writerow([f"secret-{i}.png", text, f"anna-{split}-{i % 2}", split])


@pytest.fixture(scope="module", params=["text", "characters"])
def evaluated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Place:
    model: str = request.param
    folder = tmp_path_factory.mktemp(model) / "work"
    folder.mkdir()
    letters(folder / "letters", model)
    sets = {DRAWN[model]: {"count": 120, "seed": 1}, "mine": {"folder": "letters"}}
    preparation = TASKS[model].preparations[0]
    with workshop(folder, model, preprocessing=preparation, sets=sets) as recipe:
        ingest(recipe), validate(recipe), prepare(recipe)
        train(recipe)
        evaluate(recipe)
    return Place(folder, model)


def train(recipe: Recipe) -> None:
    """What the train stage leaves, without its having run."""
    folder = recipe.folder("train")
    folder.rmdir()
    (stroke_counter if recipe.model == "text" else glyph_guesser)(folder, "l" if recipe.model == "text" else "7")
    score = "cer_strokes" if recipe.model == "text" else "accuracy_stroke-glyphs"
    write_json(folder / "history.json", [{"epoch": e, "loss": 3 / e, "score": e / 9, score: e / 9} for e in (1, 2, 3)])
    write_json(folder / "receipt.json", {"device": "an abacus", "seconds": 90.0})


@pytest.fixture
def place(evaluated: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A copy of the folder to make reports in."""
    monkeypatch.setenv(TRACKING, NO_SERVER)
    shutil.copytree(evaluated.folder, tmp_path / "work", ignore=shutil.ignore_patterns("reports"))
    with chdir(tmp_path / "work"):
        yield Place(tmp_path / "work", evaluated.model)


@pytest.fixture(scope="module")
def reported(evaluated: Place) -> Place:
    """The same with a report, for those who only read it."""
    with chdir(evaluated.folder):
        make(evaluated)
    return evaluated


def make(place: Place) -> int:
    """Make the reports; the command's exit status."""
    with pytest.raises(SystemExit) as end:
        main(["--recipe", "starter", "--model", place.model])
    return int(end.value.code or 0)


def test_a_report_is_a_page_a_print_a_text_and_a_history(reported: Place) -> None:
    files = {file.name for file in reported.reports.iterdir()}
    pages = {"report.html", "conditions.html", "data.html"}
    assert files == {*pages, "report.md", "report.pdf", "history.json", "figures"}
    assert (reported.reports / "report.pdf").read_bytes().startswith(b"%PDF-")
    assert [p.name for p in reported.reports.parent.iterdir()] == [reported.model], "nothing is left beside it"


@pytest.mark.parametrize("name", ["report.html", "data.html"])
def test_a_page_needs_nothing_from_anywhere(reported: Place, name: str) -> None:
    page = reported.page(name)
    assert "http://" not in page and "https://" not in page and "@import" not in page
    assert {source[:5] for source in re.findall(r'(?:src|href)="([^"]*)"', page) if source[0] != "#"} <= {"data:"}
    assert "default-src 'none'" in page and "prefers-color-scheme: dark" in page
    assert page.count("<svg") >= 2 and "data:image/png;base64," in page


def test_texts_mean_nothing_to_the_page_or_to_markdown(reported: Place) -> None:
    assert "<script" not in reported.page() + reported.page("data.html")
    tables = [line for line in reported.page("report.md").splitlines() if line.startswith("|")]
    widths = {line.replace("\\|", "").count("|") for line in tables}
    assert min(widths) > 3


def test_every_figure_of_the_markdown_lies_beside_it(reported: Place) -> None:
    named = re.findall(r"!\[.*\]\((.*)\)", reported.page("report.md"))
    assert {"figures/curves.png", "figures/reliability.png", "figures/risk.png", "figures/readings.png"} <= set(named)
    assert all((reported.reports / name).read_bytes().startswith(b"\x89PNG") for name in named)
    assert {f"figures/{file.name}" for file in (reported.reports / "figures").iterdir()} == set(named)


def test_the_figures_are_those_of_the_evaluation(reported: Place) -> None:
    metrics, page = read_json(reported.stage("evaluate") / "metrics.json"), reported.page()
    for key in {"mine.exact", "mine.coverage", "mine.cer"} & set(metrics):
        assert f"<td>{int(1000 * metrics[key] + 1e-6) / 10:.1f}" in page
    assert "Trained by an abacus, 2 minutes" in page


def test_characters_have_a_confusion_matrix_and_texts_their_commonest_edits(reported: Place) -> None:
    headings = re.findall(r"<h2[^>]*>(.*?)</h2>", reported.page())
    kinds = {"text": {"By length", "Commonest edits"}, "characters": {"Confusions"}}
    assert kinds[reported.model] < set(headings)
    assert {"By set", "Learning curves", "By writer or document", "Confidence", "Misread"} < set(headings)


def test_no_picture_or_name_of_somebodys_own_is_shown(reported: Place) -> None:
    for name in ("report.html", "report.md", "conditions.html", "data.html"):
        assert "secret" not in reported.page(name) and "anna" not in reported.page(name)
    pages = "".join(map(reported.page, ("report.html", "conditions.html", "data.html")))
    remarks = re.findall(r"<small>([\w-]+),", pages)
    assert remarks and set(remarks) <= {DRAWN[reported.model]}
    assert "somebody's own" in reported.page("data.html").replace("&#x27;", "'")
    assert ">no. 1</td>" in reported.page()


def test_every_condition_has_its_figures_and_its_worst_pictures(reported: Place) -> None:
    page = reported.page("conditions.html")
    assert re.findall(r"<h2[^>]*>(.*?)</h2>", page) == ["Every condition", *CONDITIONS]
    rows = re.findall(r"<tr><td[^>]*>([\w-]+)</td><td>(\d+)</td>", page)
    assert [name for name, _ in rows] == list(CONDITIONS) and len({count for _, count in rows}) == 1
    plain, ruled = (page.split(f'id="{name}"')[1].split("<h2")[0] for name in ("plain", "ruled"))
    assert "data:image/png;base64," in ruled and ruled != plain


def test_where_nothing_may_be_shown_the_conditions_say_so(place: Place) -> None:
    recipe = Recipe("starter", place.model)
    assert [type(block) for block in describe(replace(gather(recipe), drawable=frozenset())).blocks] == [Paragraph]


def test_the_data_report_counts_what_there_is(reported: Place) -> None:
    page = reported.page("data.html")
    receipt = read_json(reported.stage("prepare") / "receipt.json")
    assert receipt["dataset_version"] in page and f"{receipt['pictures']} prepared" in page
    assert len(re.findall(r"<small>[\w-]+, |<small>distorted", page)) > 24


@ONE_MODEL
def test_the_same_report_made_again_is_one_of_the_history_and_another_is_two(place: Place) -> None:
    make(place), make(place)
    first = read_json(place.reports / "history.json")
    assert len(first["reports"]) == 1 and [line["epoch"] for line in first["curves"]] == [1, 2, 3]
    assert "Earlier reports" not in place.page()
    metrics = read_json(place.stage("evaluate") / "metrics.json")
    write_json(place.stage("evaluate") / "metrics.json", {**metrics, "mine.exact": 0.4321})
    make(place)
    exact = [one["metrics"]["mine.exact"] for one in read_json(place.reports / "history.json")["reports"]]
    assert exact == [metrics["mine.exact"], 0.4321]
    assert "Earlier reports" in place.page() and "43.21\u00a0%" in place.page()


@ONE_MODEL
def test_a_damaged_history_is_named_and_the_report_stays_as_it_was(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    make(place)
    (place.reports / "history.json").write_text("[")
    before = place.page()
    assert make(place) == 1
    assert "history.json is no history" in capsys.readouterr().err
    assert place.page() == before


@ONE_MODEL
def test_without_an_evaluation_the_data_is_reported_and_the_rest_said(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(place.stage("evaluate"))
    assert make(place) == 1
    assert [file.name for file in place.reports.iterdir()] == ["data.html"]
    assert "the stage evaluate" in capsys.readouterr().err


@ONE_MODEL
def test_without_any_stage_it_says_what_to_run(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    shutil.copy(place.folder / "params.yaml", tmp_path / "empty")
    with chdir(tmp_path / "empty"):
        assert make(place) == 1
    assert "dvc repro" in capsys.readouterr().err


@ONE_MODEL
def test_keys_of_later_releases_are_no_trouble_and_the_decision_is_that_of_the_evaluation(place: Place) -> None:
    path = place.stage("evaluate") / "predictions.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    new = [{**line, "accepted": True, "alternatives": [["x", 0.1]], "lexicon": None} for line in lines]
    path.write_text("".join(json.dumps(line) + "\n" for line in new))
    assert make(place) == 0
    assert "Accepted: 100.00\u00a0%" in place.page()


def test_labels_that_look_like_another_pictures_are_shown_and_figures_given_without_them(place: Place) -> None:
    path = place.stage("evaluate") / "predictions.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    lines[0]["suspicious"] = True
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    calibration = read_json(place.stage("evaluate") / "calibration.json")
    other = {"set": "strokes", "name": "nowhere", "text": "Bern", "read": "Chur", "confidence": 0.9}
    write_json(place.stage("evaluate") / "calibration.json", {**calibration, "suspicious": [other]})
    assert make(place) == 0
    page = place.page()
    assert ("Labels to judge" in page) == (place.model == "text")
    marked = 1 + sum("suspicious" in line for line in lines)
    assert (f"{marked} labels look like another" in page) == (place.model == "text")


def kept(url: str, run: str, folder: str) -> set[str]:
    """The names of what a run keeps in a folder."""
    query = {"run_id": run, "path": folder}
    listed = httpx.get(f"{url}/{API}artifacts/list", params=query, trust_env=False).raise_for_status().json()
    return {Path(file["path"]).name for file in listed["files"]}


def registered(place: Place, url: str) -> dict[str, Any]:
    """The receipt of a registration of the model that was evaluated."""
    recipe, metrics = Recipe("starter", place.model), read_json(place.stage("evaluate") / "metrics.json")
    with closing(Registry(url)) as registry:
        version = registry.register(place.model, place.stage("train"), metrics, {}, {"of": str(place.folder)})
        receipt = {"run_id": registry.version(place.model, version).run_id, "metrics": metrics}
    write_json(recipe.folder("register") / "registered.json", receipt)
    return receipt


@ONE_MODEL
def test_a_report_is_kept_with_the_run_of_its_model(
    place: Place, mlflow_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(TRACKING, mlflow_url)
    run = registered(place, mlflow_url)["run_id"]
    assert make(place) == 0
    assert f"logged with run {run}" in capsys.readouterr().out
    assert kept(mlflow_url, run, "report") == {file.name for file in place.reports.iterdir()}
    assert kept(mlflow_url, run, "report/figures") == {file.name for file in (place.reports / "figures").iterdir()}


@ONE_MODEL
def test_a_report_on_figures_that_were_not_registered_is_kept_with_no_run(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    assert make(place) == 0
    assert "has not been registered with these figures" in capsys.readouterr().out


@ONE_MODEL
def test_a_server_that_is_away_does_not_cost_the_report(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    metrics = read_json(place.stage("evaluate") / "metrics.json")
    write_json(
        Recipe("starter", place.model).folder("register") / "registered.json", {"run_id": "1", "metrics": metrics}
    )
    assert make(place) == 0
    assert "does not answer" in capsys.readouterr().out and (place.reports / "report.html").exists()


@ONE_MODEL
def test_a_model_that_was_not_trained_does_not_fail_the_others(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    (other,) = {"text", "characters"} - {place.model}
    sections = {**read_sections("starter"), other: {**SHARED, **PARAMS[other]}}
    (place.folder / "params.yaml").write_text(yaml.safe_dump(sections))
    with pytest.raises(SystemExit) as end:
        main(["--recipe", "starter"])
    assert end.value.code == 0 and (place.reports / "report.html").exists()
    missing = capsys.readouterr().err
    assert f"{other}: " in missing, "what is missing is named"
    assert "text-fast" not in missing, "the recipe does not make it"
