"""The stages of the pipeline: what each reads, and what it makes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

MODEL = "${item.model}"
CACHED: Mapping[str, object] = {}
KEPT: Mapping[str, object] = {"cache": False}
"""An output that stays where it is made: it is quickly made again, or it lies in git."""


@dataclass(frozen=True)
class Stage:
    """A stage: the outputs of others that it reads, its parameters, and its own outputs, each with dvc's options.

    Names are below the folder of recipe and model; `bundle` stands for the bundle, wherever the recipe puts it.
    """

    reads: tuple[str, ...]
    params: tuple[str, ...]
    outs: Mapping[str, Mapping[str, object]]
    metrics: Mapping[str, Mapping[str, object]]
    plots: Mapping[str, Mapping[str, object]]


def _stage(
    *reads: str,
    params: tuple[str, ...] = (),
    outs: Mapping[str, Mapping[str, object]],
    metrics: Mapping[str, Mapping[str, object]] | None = None,
    plots: Mapping[str, Mapping[str, object]] | None = None,
) -> Stage:
    return Stage(reads, params, outs, metrics or {}, plots or {})


BASE = "base"
"""The stage of recipes in which a model begins with a network of others."""

OPTIONAL = ("teacher", "features", "calibrate", "promised_error")
"""Parameters that stages name where a model of the recipe has them; all its models have to, then."""

STAGES: Mapping[str, Stage] = {
    BASE: _stage(params=("base", "alphabet", "network", "preprocessing"), outs={BASE: CACHED}),
    "ingest": _stage(params=("sets",), outs={"ingest": KEPT}),
    "validate": _stage(
        "ingest", params=("alphabet",), outs={"validate/kept.jsonl": KEPT, "validate/report.json": KEPT}
    ),
    "prepare": _stage("ingest", "validate/kept.jsonl", params=("preprocessing",), outs={"prepare": KEPT}),
    "train": _stage(
        "prepare",
        BASE,
        params=(
            *("seed", "precision", "alphabet", "network", "pretrain", "teacher", "draw", "fit", "folds"),
            *("served", "features"),
        ),
        outs={"train": CACHED},
    ),
    "evaluate": _stage(
        "prepare",
        "train",
        params=("calibrate", "promised_error"),
        outs={"evaluate/calibration.json": CACHED, "evaluate/predictions.jsonl": KEPT},
        metrics={"evaluate/metrics.json": KEPT},
        plots={"evaluate/curves.csv": {**KEPT, "x": "epoch", "y": "loss"}},
    ),
    "export": _stage(
        "prepare",
        "train",
        "evaluate/calibration.json",
        "evaluate/metrics.json",
        outs={"bundle": CACHED, "export/receipt.json": KEPT},
    ),
    "register": _stage("bundle", outs={"register/registered.json": KEPT}),
}


def choose_stages(values: Mapping[str, Mapping[str, object]]) -> Mapping[str, Stage]:
    """The stages of a recipe with these parameters: that of the base only where a model begins with one."""
    without = {name for name in OPTIONAL if all(name not in model for model in values.values())}
    without |= set() if any(model.get(BASE) for model in values.values()) else {BASE}
    return {name: _less(stage, without) for name, stage in STAGES.items() if name not in without}


def _less(stage: Stage, without: Collection[str]) -> Stage:
    reads, params = (tuple(one for one in names if one not in without) for names in (stage.reads, stage.params))
    return replace(stage, reads=reads, params=params)
