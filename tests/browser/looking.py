"""What is wrong with a page to look at: axe's findings, and whether it fits; screenshots are kept."""

from pathlib import Path
from typing import Literal

from playwright.sync_api import Page

from docs.environment import ROOT

PLACES = (
    "draw", "read", "history", "review", "models", "models/text", "models/text/1", "data", "jobs", "jobs/new", "users",
    "audit", "api", "account", "mine",
)  # fmt: skip
AXE = ROOT / "requirements/npm/node_modules/axe-core/axe.min.js"
RUN = "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"
THEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")


def findings(page: Page) -> list[str]:
    """What axe calls serious or critical."""
    page.evaluate(AXE.read_text())
    found = page.evaluate(RUN)
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in ("serious", "critical")]


def look(page: Page, name: str, artefacts: Path) -> list[str]:
    """Faults of a page in both themes; a screenshot of each is kept."""
    faults = ["wider than the window"] if page.evaluate("document.documentElement.scrollWidth > innerWidth") else []
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        page.screenshot(path=artefacts / f"{name.replace('/', '-')}-{theme}.png")
        faults += [f"{theme}: {fault}" for fault in (findings(page) if AXE.exists() else [])]
    return faults
