"""What the licence of a base asks to lie beside every network that descends from it.

The Apache License 2.0 wants its text, the notices of the makers, and that changed files say so (section 4).
"""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from longhand import durable
from longhand.bundles.files import LICENCE, NOTICE, NOTICES


def write_licence(folder: Path, base: Mapping[str, str], text: str) -> None:
    """Put the text of a base's licence, and what there is to say of it, beside a network."""
    durable.write(folder / LICENCE, text)
    durable.write(folder / NOTICE, "\n".join(_lines(base)) + "\n")


def copy_licence(source: Path, target: Path) -> None:
    """Put what lies beside the one network beside the other, which descends from it."""
    for name in NOTICES:
        if (source / name).is_file():
            shutil.copyfile(source / name, target / name)


def describe_base(base: Mapping[str, str]) -> str:
    """One sentence on the base of a network."""
    return (
        f"The weights descend from {base['title']}, by {base['makers']}: {base['file']} of {base['package']}"
        f" (SHA-256 {base['sha256']}), {base['licence']}, {base['source']}. They were changed: {base['changes']}."
    )


def _lines(base: Mapping[str, str]) -> Iterator[str]:
    yield from ("The network in this folder is a changed version of a work of others.", "", describe_base(base), "")
    yield f"The text of the licence, {base['licence']}, is in {LICENCE}."
