"""A real browser on a real platform; both are started once and shared by all journeys."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.platform import RunningPlatform, running_platform

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
SIZES = {"wide": (1440, 900), "phone": (390, 844)}
PATIENCE_MS = 30_000


class Visitor:
    """A person with a browser of their own; what a page says to the console or asks of other hosts is kept."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.url = url
        self.context = context
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        context.on("request", lambda request: self.asked.append(request.url))

    def sign_in(self, name: str) -> "Visitor":
        """Signs in by the button of a demonstration account."""
        self.page.goto(self.url)
        self.page.get_by_role("button", name=name).click()
        expect(self.page.locator(".personal")).to_be_visible()
        return self

    def enter(self, name: str, password: str) -> "Visitor":
        """Signs in by name and password."""
        self.page.goto(self.url)
        form = self.page.locator("form")
        form.locator("input:not([type=password])").fill(name)
        form.locator("input[type=password]").fill(password)
        form.locator("button[type=submit]").click()
        expect(self.page.locator(".personal")).to_be_visible()
        return self

    def go(self, place: str) -> Page:
        """The page at this address, once it is there."""
        self.page.goto(f"{self.url}/#/{place}")
        expect(self.page.locator(f"main[data-page='{place.partition('/')[0]}']:not([aria-busy])")).to_be_visible()
        return self.page

    def draw(self, *strokes: list[tuple[float, float]], steps: int = 6) -> None:
        """Draws with the mouse, from point to point in so many steps; points are shares of the surface."""
        box = self.page.locator("lh-canvas canvas").bounding_box()
        assert box is not None
        for stroke in strokes:
            places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
            self.page.mouse.move(*places[0])
            self.page.mouse.down()
            for place in places[1:]:
                self.page.mouse.move(*place, steps=steps)
            self.page.mouse.up()


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlatform]:
    with running_platform(tmp_path_factory.mktemp("platform")) as platform:
        yield platform


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; Playwright keeps an event loop of its own, in whose thread no other can run until it is closed."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("needs chromium: .ci/packages installs it where that is allowed")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=program, args=FLAGS)


class Visits:
    """Lets people come with browsers of any size, theme and language."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser, self._url = browser, url

    @contextmanager
    def visit(self, size: str = "wide", language: str = "en-GB") -> Iterator[Visitor]:
        """A person whose browser is closed at the end."""
        width, height = SIZES[size]
        context = self._browser.new_context(viewport={"width": width, "height": height}, locale=language)
        context.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        yield Visitor(context, self._url)
        context.close()


@pytest.fixture
def visits(browser: Browser, platform: RunningPlatform) -> Visits:
    return Visits(browser, platform.url("gateway"))


@pytest.fixture(scope="session")
def artefacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots are kept."""
    return tmp_path_factory.mktemp("screenshots")
