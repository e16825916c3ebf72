"""The dvc.yaml of a recipe, from its stages, its parameters and the import graph."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from longhand import durable
from pipelines.definition.imports import Edge, Imports
from pipelines.definition.stages import KEPT, MODEL, Stage, choose_stages

FORMATS: Edge = ("pipelines.ingest", "longhand.datasets.formats")
"""Reads sets that are folders, in any format: it counts for recipes that name one."""

CURVES: Edge = ("pipelines.train", "pipelines.live")
"""Reports on a training to a server: nothing that the training writes depends on it."""

WRITTEN = "# Written by `make definition` from pipelines/definition and what the stages import."


@dataclass(frozen=True)
class Definition:
    """A recipe's dvc.yaml: where it lies and what its first line says."""

    recipe: str
    folder: Path
    title: str

    @property
    def file(self) -> Path:
        """The file, from the checkout's root."""
        return self.folder / "dvc.yaml"

    @property
    def lock(self) -> Path:
        """What dvc remembers of its runs."""
        return self.folder / "dvc.lock"

    @property
    def params(self) -> Path:
        """The recipe's parameters."""
        return self.folder / "params.yaml"

    def render(self, root: Path, imports: Imports) -> str:
        """The content of the file."""
        values = yaml.safe_load((root / self.params).read_text("utf-8"))
        unused, models = unused_edges(values), list(values)
        stages = {
            name: self._describe(name, stage, models, imports.files(f"pipelines.{name}", unused))
            for name, stage in choose_stages(values).items()
        }
        text = yaml.dump({"stages": stages}, Dumper=_Dumper, sort_keys=False, width=120, allow_unicode=True)
        return f"# {self.title}\n{WRITTEN}\n{text}"

    def _describe(self, name: str, stage: Stage, models: list[str], code: list[str]) -> dict[str, object]:
        described: dict[str, object] = {} if self.folder == Path() else {"wdir": "../.."}
        described |= {
            "matrix": {"model": models},
            "cmd": f"python -m pipelines.{name} --recipe {self.recipe} --model {MODEL}",
            "deps": [*code, *map(self._place, stage.reads)],
        }
        if stage.params:
            described["params"] = self._parameters(stage)
        groups = {"outs": stage.outs, "metrics": stage.metrics, "plots": stage.plots}
        return described | {key: self._outputs(group) for key, group in groups.items() if group}

    def _parameters(self, stage: Stage) -> list[object]:
        names = [f"{MODEL}.{name}" for name in stage.params]
        return [*names] if self.folder == Path() else [{self.params.as_posix(): names}]

    def _outputs(self, outs: Mapping[str, Mapping[str, object]]) -> list[object]:
        return [self._output(name, {**options, **self._options(name)}) for name, options in outs.items()]

    def _output(self, name: str, options: Mapping[str, object]) -> object:
        return {self._place(name): dict(options)} if options else self._place(name)

    def _options(self, name: str) -> Mapping[str, object]:
        return KEPT if self.recipe == "full" and name == "bundle" else {}

    def _place(self, name: str) -> str:
        if self.recipe == "full" and name == "bundle":
            return f"bundles/{MODEL}"
        return f"var/pipeline/{self.recipe}/{MODEL}/{name}"


DEFINITIONS = (
    Definition(
        "starter", Path(), "The starter recipe. `dvc repro` runs what has changed; the full recipe is pipelines/full."
    ),
    Definition(
        "full",
        Path("pipelines/full"),
        "The full recipe: `dvc repro pipelines/full/dvc.yaml`. Its bundles are those that are shipped.",
    ),
)


def unused_edges(values: Mapping[str, Mapping[str, object]]) -> list[Edge]:
    """The imports that have no say in what the stages of a recipe with these parameters write."""
    sets = [options for model in values.values() for options in _sets(model)]
    return [CURVES] if any("folder" in options for options in sets) else [CURVES, FORMATS]


def write_definitions(root: Path) -> Iterator[Path]:
    """Write every recipe's dvc.yaml; the files that are other than before."""
    imports = Imports(root)
    for definition in DEFINITIONS:
        file, text = root / definition.file, definition.render(root, imports)
        if not file.exists() or file.read_text("utf-8") != text:
            durable.write(file, text)
            yield definition.file


def _sets(model: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    sets = model["sets"]
    if isinstance(sets, dict):
        yield from (options for options in sets.values() if isinstance(options, dict))


class _Dumper(yaml.SafeDumper):
    """Lists stand indented below their key, and nothing is an alias of what stands elsewhere."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:
        return True
