"""A checkout in which fine-tunes take a moment, copy people's pictures aside as real ones do, and learn nothing."""

from pathlib import Path

from tests.training.checkout import make_checkout

TUNING = """import argparse, json, pathlib, shutil, time
parser = argparse.ArgumentParser()
for name in ("model", "start", "corrections", "target", "steps"):
    parser.add_argument("--" + name)
given = parser.parse_args()
start, corrections, target = (pathlib.Path(path) for path in (given.start, given.corrections, given.target))
shutil.copytree(corrections / "images", target / "prepared", dirs_exist_ok=True)
time.sleep(SECONDS)
shutil.copytree(start, target / "bundle", dirs_exist_ok=True)
card = json.loads((start / "card.json").read_text()) | {"dataset_version": corrections.name}
(target / "bundle" / "card.json").write_text(json.dumps(card))
rows = (corrections / "lines.jsonl").read_text().splitlines()
receipt = {"corrections": len(rows), "replay": "made", "metrics": {"corrections.cer_after": 0.1}}
(target / "receipt.json").write_text(json.dumps(receipt))
"""


def make_learner(folder: Path, seconds: float = 0.0) -> Path:
    """Write the checkout; what a fine-tune makes is the network that it began with, under another card."""
    make_checkout(folder)
    (folder / "pipelines" / "tuning.py").write_text(TUNING.replace("SECONDS", str(seconds)))
    return folder
