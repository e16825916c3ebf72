"""Small data sets that the tests lay out themselves."""

from pathlib import Path

from tests.drawings import encode, written


def picture(folder: Path, name: str, text: str = "x") -> bytes:
    """Draw a text into a picture file; the same name and text give the same picture."""
    data = encode(written(text, seed=len(name)).gray)
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    return data


def document(folder: Path, name: str, *lines: str) -> Path:
    """Write a text file of these lines."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path
