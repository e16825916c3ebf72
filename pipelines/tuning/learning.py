"""How the network of a fine-tune learns: as any network here, for a short time, slowly, from its own weights."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from longhand.bundles.files import MODEL
from longhand.datasets.drawn import is_drawn
from longhand.learning.methods import find_method
from longhand.learning.prepared import Item, PreparedSet
from longhand.learning.quantisation import Inputs, quantise
from longhand.learning.start import read_start
from longhand.learning.training import Settings, Trained, train
from pipelines.recipe import FLOAT, read_sections
from pipelines.tuning.pictures import CORRECTIONS
from pipelines.tuning.request import Request

AVERAGE = 0.98
"""The weights that are kept are a moving average over about fifty steps: the last batches do not decide."""


def learn(request: Request, data: PreparedSet) -> Trained:
    """Train, going on from a checkpoint where a stop has left one."""
    task = replace(request.task, alphabet=request.card.characters)
    trained = train(
        task,
        data,
        make_settings(request, data.select("train")),
        request.folder("checkpoints"),
        private=lambda name: name == CORRECTIONS,  # no log is the place for what people wrote
        decisive=lambda name: not is_drawn(name),
        start=read_start(request.start),
    )
    return trained


def make_settings(request: Request, items: Sequence[Item]) -> Settings:
    """One epoch: which is best is not chosen, as the pictures to choose by are those of before and know no better.

    The sets of before share what the corrections leave, by their weights in the full recipe; sets that it does not
    name, alike.
    """
    effort, section = request.effort, read_sections("full")[request.model]
    counts = Counter(item.set for item in items)
    share = effort.share(counts[CORRECTIONS])
    own = section["draw"]["weights"]
    before = {name: float(own.get(name, 1.0)) for name in counts if name != CORRECTIONS}
    weights = {name: (1 - share) * weight / sum(before.values()) for name, weight in before.items()}
    network: dict[str, object] = {**request.card.network, "dropout": section["network"]["dropout"]}
    draw: dict[str, Any] = {"batch": effort.batch, "strength": section["draw"]["strength"]}
    fit: dict[str, Any] = {"epochs": 1, "steps": effort.steps, "rate": effort.rate, "warmup": 0.1, "decay": 0.01}
    return Settings(
        seed=section["seed"],
        precision="float32",
        network=network,
        draw=draw | {"weights": {**weights, CORRECTIONS: share}},
        fit=fit | {"average": AVERAGE},
    )


def write(request: Request, data: PreparedSet, trained: Trained) -> None:
    """Write the network as the one that it began as is served: with features, and in eight bits, where that is."""
    folder = request.folder("bundle")
    shift = find_method(request.task, request.kind).shift if request.card.shifts else None
    trained.write(folder, request.card.features > 0, shift)
    if counts_in_bytes(request):
        float32 = request.folder("float32") / FLOAT
        (folder / MODEL).replace(float32)
        quantise(float32, folder / MODEL, _examples(request, data))


def counts_in_bytes(request: Request) -> bool:
    """Whether the network that is begun with is served in eight bits."""
    import onnx

    nodes = onnx.load(request.start / MODEL).graph.node
    return any(node.op_type == "QuantizeLinear" for node in nodes)


def _examples(request: Request, data: PreparedSet, count: int = 256, batch: int = 8) -> Iterator[Inputs]:
    """Batches of pictures of before that show a network's activations at work."""
    items, lay = data.select("validation"), find_method(request.task, request.kind).lay
    chosen = sorted(items[:: max(1, len(items) // count)], key=lambda item: item.width)
    for start in range(0, len(chosen), batch):
        yield lay([data.pixels(item) for item in chosen[start : start + batch]])
