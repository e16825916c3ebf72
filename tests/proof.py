"""What the long proofs have measured: `make prove` writes it into benchmarks/proof.json, with commit and machine."""

import json
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.machine import describe_commit, describe_machine
from longhand.durable import write_json

FILE = Path(__file__).parents[1] / "benchmarks" / "proof.json"

Figure = str | int | float | bool | None | list["Figure"] | dict[str, "Figure"]


class Proof:
    """Figures by what they show. A claim that is shown again replaces what was written of it before."""

    def __init__(self) -> None:
        self._shown: dict[str, Figure] = {}

    def show(self, claim: str, **figures: Figure) -> None:
        """Keeps what was measured for a claim, and prints it."""
        print(f"\n{claim}: {figures}")
        at = datetime.now(UTC).isoformat(timespec="seconds")
        about = {"at": at, "commit": describe_commit(), "machine": describe_machine()}
        self._shown[claim] = {"measured": dict(figures), **about}

    def write(self, file: Path) -> None:
        """Writes what was shown into a file, beside the claims that it holds already."""
        if self._shown:
            known: dict[str, Figure] = json.loads(file.read_text()) if file.exists() else {}
            write_json(file, dict(sorted((known | self._shown).items())), indent=1)
