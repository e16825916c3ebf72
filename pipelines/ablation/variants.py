"""What is taken away from a recipe, one thing at a time, and for how long what is left is trained."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TRAINED = ("seed", "precision", "network", "draw", "fit")
"""The parameters of a recipe that a training is given."""


@dataclass(frozen=True)
class Variant:
    """A recipe with some `changes` to its parameters."""

    name: str
    title: str
    changes: Mapping[str, Any]


def _without(*sets: str) -> Mapping[str, Any]:
    return {"draw": {"weights": dict.fromkeys(sets, 0)}}


_WRITTEN = (
    "dhsd",
    "stanford-memorials",
    "peraire",
    "testament-de-poilus",
    "testaments-de-poilus-1",
    "cremma-mss-19",
    "cremma-mss-18",
    "htromance-18",
    "lectaurep-repertoires",
    "tables-decennales",
    "timeus",
)
_RENDERED = ("rendered", "rendered-lines", "rendered-entries")

FULL = "full"
VARIANTS = {
    variant.name: variant
    for variant in (
        Variant(FULL, "the whole recipe", {}),
        Variant("seed", "the whole recipe again by another seed: how far chance alone carries", {"seed": 21}),
        Variant(
            "distortions", "pictures of hands and faces as they are, without distortions", {"draw": {"strength": 0}}
        ),
        Variant(
            "conditions",
            "no pictures spoiled by everyday conditions (shadow, squared paper, neighbouring lines)",
            _without(*(f"{name}:spoiled" for name in _WRITTEN)),
        ),
        Variant("boxes", "no boxes cut out of pages, with the neighbouring lines in them", _without("pages:box")),
        Variant("recomposed", "no words of a hand put together anew into other texts", _without("recomposed")),
        Variant(
            "made",
            "only what people wrote: nothing rendered, composed or recomposed",
            _without(*_RENDERED, "composed", "recomposed"),
        ),
        Variant("joins", "no two pictures of a hand side by side", {"draw": {"join": 0}}),
    )
}


@dataclass(frozen=True)
class Budget:
    """How long every variant is trained."""

    epochs: int = 8
    steps: int = 100


def alter(params: Mapping[str, Any], variant: Variant, budget: Budget) -> dict[str, Any]:
    """A variant's parameters for a short training.

    The moving average spans the same share of a short training as of a long one: a thousand steps of memory would be
    the whole of it.
    """
    fit = params["fit"]
    longer = fit["epochs"] * fit["steps"] / (budget.epochs * budget.steps)
    short = {"epochs": budget.epochs, "steps": budget.steps}
    if average := fit.get("average", 0):
        short["average"] = round(max(0.0, 1 - (1 - average) * longer), 5)
    return _merge(_merge(params, {"fit": short}), variant.changes)


def _merge(params: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(params)
    for key, value in changes.items():
        merged[key] = _merge(params.get(key, {}), value) if isinstance(value, Mapping) else value
    return merged
