"""What a page takes, measured in the page itself: until it can be used, until an answer is seen, and its long tasks."""

import math
import os
from collections.abc import Sequence
from itertools import pairwise

from playwright.sync_api import Page

from tests.browser.conftest import Visitor

SETTLED_MS = 600

USABLE = """
const look = () => {
  const shown = document.querySelector("main[data-page]:not([aria-busy]) :is(button, canvas)");
  if (shown) window.usableAt = performance.now();
  else requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""

LONG_TASKS = """
window.longTasks = [];
new PerformanceObserver((list) => longTasks.push(...list.getEntries())).observe({ type: "longtask" });
"""

# From the end of a stroke until the frame with the bars of that drawing has been painted; answers to what was there
# before have been given up by then.
SEEN = """
window.seenAfter = [];
const answer = document.querySelector(".answer");
addEventListener("pointerup", ({ timeStamp }) => {
  const watch = new MutationObserver(() => {
    if (!answer.querySelector("lh-chart li")) return;
    watch.disconnect();
    requestAnimationFrame(() => setTimeout(() => seenAfter.push(performance.now() - timeStamp)));
  });
  watch.observe(answer, { childList: true });
}, { capture: true });
"""


def until(page: Page, holds: str) -> None:
    """Wait until something holds; Playwright's own waiting compiles it in the page, which the page's policy forbids."""
    page.evaluate(f"async () => {{ while (!({holds})) await new Promise(requestAnimationFrame); }}")


def usable_after(page: Page) -> float:
    """Milliseconds from the start of the navigation until there is something to press or to draw on."""
    until(page, "window.usableAt")
    return float(page.evaluate("usableAt"))


def seen_after(visitor: Visitor, strokes: int) -> list[float]:
    """Milliseconds from the end of each stroke, drawn at a person's pace, until its bars are seen."""
    page = visitor.page
    page.evaluate(SEEN)
    for number in range(strokes):
        page.keyboard.press("Escape")  # clears
        _write(visitor, number)
        until(page, f"seenAfter.length > {number}")
    return [float(one) for one in page.evaluate("seenAfter")]


def _write(visitor: Visitor, number: int) -> None:
    """One stroke, of a 7 or a 1, each a little elsewhere."""
    page = visitor.page
    box = page.locator("lh-canvas canvas").bounding_box()
    assert box is not None
    aside = 0.02 * (number % 9)
    points = [(0.3, 0.2), (0.5, 0.2), (0.4, 0.8)] if number % 2 else [(0.35, 0.35), (0.45, 0.2), (0.45, 0.8)]
    places = [(box["x"] + (x + aside) * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for before, place in pairwise(places):
        for step in range(1, 13):
            share = step / 12
            page.mouse.move(*(a + share * (b - a) for a, b in zip(before, place, strict=True)))
            page.wait_for_timeout(12)
    page.mouse.up()


def longest_task(page: Page) -> float:
    """Milliseconds of the longest task since the last time, 0 where all were shorter than 50."""
    page.wait_for_timeout(SETTLED_MS)  # entries come after their task
    return float(page.evaluate("Math.max(0, ...longTasks.splice(0).map(({ duration }) => duration))"))


def p95(values: Sequence[float]) -> float:
    """The value that 95 of 100 do not exceed (nearest rank)."""
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]


def load() -> float:
    """How many processes wanted to run in the last minute, on average."""
    return round(os.getloadavg()[0], 2)
