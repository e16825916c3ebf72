"""The console's files, as the gateway serves them: below /console, and the page itself at /."""

from pathlib import Path

from starlette.staticfiles import StaticFiles

FOLDER = Path(__file__).parent / "console"
PAGE = FOLDER / "index.html"
PATH = "/console"


def console() -> StaticFiles:
    """The console's modules and styles."""
    return StaticFiles(directory=FOLDER)
