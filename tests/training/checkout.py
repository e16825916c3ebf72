"""A small checkout: a pipeline with real dvc stages that take moments, and this project's own library beside it."""

import json
import shutil
from pathlib import Path

import longhand

DVC = """stages:
  prepare:
    matrix: {model: [characters, text]}
    cmd: python -m pipelines.prepare ${item.model}
    deps: [pipelines/prepare.py]
    params: ["${item.model}.sets"]
    outs: ["var/pipeline/starter/${item.model}/prepared.json"]
  train:
    matrix: {model: [characters, text]}
    cmd: python -m pipelines.train ${item.model}
    deps: [pipelines/train.py, "var/pipeline/starter/${item.model}/prepared.json"]
    params: ["${item.model}.fit"]
    outs: ["var/pipeline/starter/${item.model}/bundle"]
  register:
    matrix: {model: [characters, text]}
    cmd: python -m pipelines.register ${item.model}
    deps: [pipelines/register.py, "var/pipeline/starter/${item.model}/bundle"]
    outs: ["var/pipeline/starter/${item.model}/register/registered.json"]
"""
PARAMS = """characters:
  seed: 1
  preprocessing: glyph-1
  precision: float32
  sets: {digits: {}}
  network: {height: 28}
  draw: {batch: 8}
  fit: {epochs: 2, steps: 1, rate: 0.1, warmup: 0.05}
  served: float32
text:
  seed: 1
  preprocessing: text-2
  precision: float32
  sets: {strokes: {}}
  network: {height: 32}
  draw: {batch: 8}
  fit: {epochs: 3, steps: 1, rate: 0.1, warmup: 0.05}
  served: float32
"""
PREPARE = """import json, pathlib, sys, yaml
model = sys.argv[1]
pathlib.Path("var/pipeline/starter", model).mkdir(parents=True, exist_ok=True)
sets = yaml.safe_load(open("params.yaml"))[model]["sets"]
json.dump(sets, open(f"var/pipeline/starter/{model}/prepared.json", "w"))
"""
TRAIN = """import json, os, pathlib, sys, time, yaml
from longhand.registry.live import LiveRun
from longhand.registry.runs import Description
from longhand.servicekit.jobs.child import report_progress
model = sys.argv[1]
fit = yaml.safe_load(open("params.yaml"))[model]["fit"]
folder = pathlib.Path("var/pipeline/starter") / model
checkpoint = folder / "checkpoint.json"
done = json.loads(checkpoint.read_text()) if checkpoint.exists() else []
print("goes on after epoch", len(done), flush=True)
described = Description(job=os.environ.get("LONGHAND_JOB", ""))
run = LiveRun.open(os.environ["MLFLOW_TRACKING_URI"], model, {}, {}, timeout=60, description=described)
for epoch in range(len(done) + 1, fit["epochs"] + 1):
    if fit["rate"] == 0.95:
        raise ValueError("The loss is not a number; lower the rate.")
    time.sleep(fit["warmup"])
    done.append(epoch)
    checkpoint.with_name("aside").write_text(json.dumps(done))
    checkpoint.with_name("aside").rename(checkpoint)
    report_progress({"epoch": epoch, "loss": 1 / epoch})
run.end("FINISHED")
(folder / "bundle").mkdir(parents=True)
(folder / "bundle" / "model.onnx").write_text(json.dumps([fit, json.loads((folder / "prepared.json").read_text())]))
(folder / "bundle" / "card.json").write_text(json.dumps({"name": model}))
"""
REGISTER = """import json, os, pathlib, sys
from longhand.registry.registry import Registry
model = sys.argv[1]
folder = pathlib.Path("var/pipeline/starter") / model
registry = Registry(os.environ["MLFLOW_TRACKING_URI"])
tags = {"commit": os.environ["LONGHAND_COMMIT"]}
version = registry.register(model, folder / "bundle", {"cer": 0.1}, {}, tags, [pathlib.Path("dvc.yaml")])
run = registry.version(model, version).run_id
(folder / "register").mkdir(exist_ok=True)
(folder / "register" / "registered.json").write_text(json.dumps({"model": model, "version": version, "run_id": run}))
"""


def make_checkout(folder: Path) -> Path:
    """Write the checkout; its models are trained in a second."""
    library = Path(longhand.__file__).parent
    shutil.copytree(library, folder / "src" / "longhand", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "pipelines").mkdir()
    for name, text in {"prepare": PREPARE, "train": TRAIN, "register": REGISTER, "__init__": ""}.items():
        (folder / "pipelines" / f"{name}.py").write_text(text)
    (folder / "dvc.yaml").write_text(DVC)
    (folder / "params.yaml").write_text(PARAMS)
    return folder


def make_bundle(folder: Path, content: str = "network") -> Path:
    """A bundle as it is shipped."""
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_text(content)
    (folder / "card.json").write_text(json.dumps({"metrics": {"cer": 0.05, "by": {}}, "dataset_version": "d1"}))
    return folder
