"""Locks of recipes: what is stale in them, and what they say once it no longer is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import yaml

from longhand import durable
from pipelines.definition.recipes import Definition
from pipelines.definition.stages import MODEL
from pipelines.relock.hashes import Entry, describe

CODE = ("src/", "pipelines/")


class Locked(TypedDict, total=False):
    """What a lock says of a stage of a model."""

    cmd: str
    deps: list[Entry]
    params: dict[str, dict[str, object]]
    outs: list[Entry]


Lock = Mapping[str, Locked]
"""Stages by name, as `train@text`."""


@dataclass(frozen=True)
class Step:
    """A stage of a model, as dvc.yaml has it; paths are from the checkout's root."""

    name: str
    cmd: str
    deps: tuple[str, ...]
    params: Mapping[str, tuple[str, ...]]
    outs: tuple[str, ...]

    @property
    def stage(self) -> str:
        """The stage's name without the model's."""
        return self.name.partition("@")[0]

    @property
    def code(self) -> tuple[str, ...]:
        """The code that it depends on."""
        return tuple(dep for dep in self.deps if dep.startswith(CODE))


def read_steps(root: Path, definition: Definition) -> Iterator[Step]:
    """The stages of each model, in the order of dvc.yaml."""
    for name, stage in yaml.safe_load((root / definition.file).read_text("utf-8"))["stages"].items():
        for model in stage["matrix"]["model"]:
            yield _step(f"{name}@{model}", stage, model)


def read_lock(root: Path, definition: Definition) -> Lock:
    """What dvc remembers of a recipe."""
    stages: Lock = yaml.safe_load((root / definition.lock).read_text("utf-8"))["stages"]
    return stages


def write_lock(root: Path, definition: Definition, lock: Lock) -> None:
    """Write a lock as dvc does."""
    text = yaml.safe_dump({"schema": "2.0", "stages": dict(lock)}, sort_keys=False, allow_unicode=True, width=1000)
    durable.write(root / definition.lock, text)


def find_stale(root: Path, definition: Definition) -> dict[str, list[str]]:
    """The code and parameters of each stage that are other than the lock says; stages without any are left out."""
    lock = read_lock(root, definition)
    found = {step.name: _changes(root, step, lock.get(step.name, {})) for step in read_steps(root, definition)}
    return {name: changes for name, changes in found.items() if changes}


def renew(root: Path, definition: Definition) -> Lock:
    """A lock for the code as it is, whose outputs are those of the lock before; what lies in git is described anew."""
    lock = read_lock(root, definition)
    kept = {out["path"]: out for stage in lock.values() for out in stage["outs"]}
    kept |= {path: describe(root, path) for path in kept if path.startswith("bundles/")}
    return {step.name: _renew(root, step, kept) for step in read_steps(root, definition)}


def _renew(root: Path, step: Step, kept: Mapping[str, Entry]) -> Locked:
    deps = [kept[path] if path in kept else describe(root, path) for path in sorted(step.deps)]
    locked: Locked = {"cmd": step.cmd, "deps": deps}
    if step.params:
        locked["params"] = _values(root, step)
    return {**locked, "outs": [kept[path] for path in sorted(step.outs)]}


def _changes(root: Path, step: Step, locked: Locked) -> list[str]:
    known = {dep["path"]: dep for dep in locked.get("deps", [])}
    moved = [path for path in step.code if path not in known or describe(root, path)["md5"] != known[path]["md5"]]
    gone = [path for path in known if path not in step.deps]
    other = [] if locked.get("params", {}) == _values(root, step) else [f"parameters of {step.name}"]
    return [*moved, *gone, *other]


def _values(root: Path, step: Step) -> dict[str, dict[str, object]]:
    """The parameters that a stage names, by file."""
    files = {file: yaml.safe_load((root / file).read_text("utf-8")) for file in step.params}
    return {file: {name: _value(files[file], name) for name in names} for file, names in step.params.items()}


def _value(values: Mapping[str, object], name: str) -> object:
    model, _, key = name.partition(".")
    own = values[model]
    return own.get(key) if isinstance(own, dict) else None


def _step(name: str, stage: Mapping[str, object], model: str) -> Step:
    groups = [stage.get(key) or [] for key in ("outs", "metrics", "plots")]
    outs = [_path(one) for group in groups if isinstance(group, list) for one in group]
    deps, params = stage.get("deps") or [], stage.get("params") or []
    assert isinstance(deps, list) and isinstance(params, list)

    def fill(text: str) -> str:
        return text.replace(MODEL, model)

    named: dict[str, tuple[str, ...]] = {}
    for one in params:
        files = one if isinstance(one, dict) else {"params.yaml": [one]}
        for file, names in files.items():
            named[file] = (*named.get(file, ()), *map(fill, names))
    return Step(name, fill(str(stage["cmd"])), tuple(map(fill, deps)), named, tuple(map(fill, outs)))


def _path(out: object) -> str:
    return str(next(iter(out))) if isinstance(out, dict) else str(out)
