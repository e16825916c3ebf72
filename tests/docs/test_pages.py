"""The documents do not lie: generated pages are what the code says, links and places exist."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from PIL import Image

from docs import cards, commands, metrics, notices, problems, routes, settings
from docs.environment import ROOT

DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", *DOCS.rglob("*.md")])
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
Write = Callable[[Path], list[Path]]


def anchors(page: Path) -> set[str]:
    """The fragments that a page's headings have."""
    titles = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in titles}


def page_name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def broken(page: Path) -> list[str]:
    """The relative links of a page that lead nowhere."""
    text = CODE.sub("", page.read_text(encoding="utf-8"))
    links = [plain or picture for plain, picture in LINK.findall(text)]
    local = [link for link in links if not re.match(r"[a-z]+:", link)]
    return [link for link in local if not leads_somewhere(page, link)]


def leads_somewhere(page: Path, link: str) -> bool:
    path, _, fragment = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    return target.exists() and (not fragment or fragment in anchors(target))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A tree into which the pages can be written, with what they are made from."""
    for folder in ("docs/reference", "docs/models"):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("src", "services", "pipelines", "bundles", "Makefile"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


@pytest.mark.parametrize(
    "write",
    [settings.write, routes.write, problems.write, notices.write, metrics.write, commands.write],
    ids=["settings", "routes", "problems", "notices", "metrics", "commands"],
)
def test_a_committed_page_of_the_reference_is_what_the_code_says(write: Write, copy: Path) -> None:
    for written in write(copy):
        committed = ROOT / written.relative_to(copy)
        assert committed.read_text() == written.read_text(), f"{page_name(committed)} is old: make docs"


def test_every_bundle_has_a_card_with_the_sections_that_are_written_now(copy: Path) -> None:
    def headings(text: str) -> list[str]:
        return re.findall(r"^#.*$", text, re.MULTILINE)

    written = cards.write(copy)
    assert [page.stem for page in written] == sorted(path.parent.name for path in ROOT.glob("bundles/*/card.json"))
    for page in written:
        committed = ROOT / page.relative_to(copy)
        assert headings(committed.read_text()) == headings(page.read_text()), f"{page_name(committed)}: make docs"


def test_a_card_names_licence_and_source_of_every_set_that_was_trained_on(copy: Path) -> None:
    for page in cards.write(copy):
        card = json.loads((ROOT / "bundles" / page.stem / "card.json").read_text())
        lines = page.read_text().splitlines()
        for one in card["data"]:
            rows = [line for line in lines if line.startswith(f"| {one['name']} | ")]
            assert any(one["licence"] in row and one["source"] in row for row in rows)


def test_the_picture_of_readings_is_there() -> None:
    with Image.open(DOCS / "readings.png") as picture:
        assert picture.width > 600 and picture.height > 300


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    assert broken(page) == []


def test_a_broken_link_would_be_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Title\n\n[good](#title), [bad](#none), [worse](gone.md), `[code](is.no/link)`\n")
    assert broken(page) == ["#none", "gone.md"]


def test_every_page_is_in_the_index() -> None:
    index = "\n".join((DOCS / name / "README.md").read_text() for name in (".", "decisions", "how-to/data"))
    listed = set(re.findall(r"\(([^)#]+)\)", index))
    pages = [page for page in DOCS.rglob("*.md") if page.name != "README.md"]
    missing = [page_name(page) for page in pages if not in_index(page, listed)]
    assert missing == []


def in_index(page: Path, listed: set[str]) -> bool:
    return page.relative_to(DOCS).as_posix() in listed or (
        page.parent.name in ("decisions", "data") and page.name in listed
    )


def test_every_alert_has_a_paragraph_that_says_what_to_do() -> None:
    rules = [yaml.safe_load(file.read_text()) for file in (ROOT / "prometheus" / "rules").glob("*.yml")]
    alerts = {rule["alert"] for file in rules for group in file["groups"] for rule in group["rules"]}
    runbook = (DOCS / "how-to" / "when-an-alert-fires.md").read_text()
    assert set(re.findall(r"^### (\w+)$", runbook, re.MULTILINE)) == alerts


def test_every_decision_has_its_four_parts() -> None:
    parts = ("**Context.**", "**Decision.**", "**Consequences.**", "**Alternatives.**")
    records = [page for page in (DOCS / "decisions").glob("0*.md")]
    assert records and [page.name for page in records if any(part not in page.read_text() for part in parts)] == []
