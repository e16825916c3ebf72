"""Every format of data has a page that names its options, its kinds of what is dropped, and no other."""

import re

import pytest

from docs.environment import ROOT
from longhand.datasets.formats import FORMATS

PAGES = ROOT / "docs" / "how-to" / "data"


@pytest.mark.parametrize("name", FORMATS)
def test_the_page_of_a_format_names_its_options(name: str) -> None:
    rows = re.findall(r"^\| (`.+?`) \|", (PAGES / f"{name}.md").read_text(encoding="utf-8"), re.MULTILINE)
    named = {option for row in rows for option in re.findall(r"`(\w+)`", row)}
    assert FORMATS[name].options.keys() <= named or name == "classes"
    assert named <= FORMATS[name].options.keys() or name == "lines"


def test_the_overview_lists_every_format_in_the_order_in_which_a_folder_is_tried() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", (PAGES / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert rows[: len(FORMATS)] == list(FORMATS)


def test_every_reason_for_dropping_something_is_explained() -> None:
    sources = (ROOT / "src" / "longhand" / "datasets").rglob("*.py")
    reasons = {r for file in sources for r in re.findall(r'drop\("(\w+)"\)', file.read_text(encoding="utf-8"))}
    pages = "".join(page.read_text(encoding="utf-8") for page in PAGES.glob("*.md"))
    assert len(reasons) > 3 and [reason for reason in reasons if f"`{reason}`" not in pages] == []
