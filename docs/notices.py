"""`docs/reference/notices.md`: what a reading may say of its picture, from the table of notices."""

from pathlib import Path

from longhand.handwriting.notices import SENTENCES

PAGE = Path("docs/reference/notices.md")
HEAD = """\
# Notices

A reading's `notices` are things that a person should know of the picture: each has a stable `code` and a `detail`, a
sentence that says what to do. They come from the preparation of the model that answers ([how a picture is
prepared](../explanation/reading.md)): models with `text-3`, `text-4` or `glyph-2` give them, earlier ones none. They
change neither text nor decision. More codes may come.

*Written by `make docs` from the table of notices.*

| code | what it says |
|---|---|
"""


def write(root: Path) -> list[Path]:
    """Write the page, and say where."""
    rows = "".join(f"| `{notice.value}` | {sentence} |\n" for notice, sentence in SENTENCES.items())
    (root / PAGE).write_text(HEAD + rows, encoding="utf-8")
    return [root / PAGE]
