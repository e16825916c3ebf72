"""Export: check the exported network against the trained one, and pack the bundle with its card."""

import datetime
import importlib.metadata
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from longhand.bundles.card import CALIBRATED, Card, read_card
from longhand.bundles.files import LANGUAGE, MODEL, NOTICES, WEIGHTS, digest
from longhand.datasets.catalogue import CATALOGUE
from longhand.datasets.drawn import find_origin
from longhand.handwriting.batching import count_frames
from longhand.handwriting.ctc.greedy import decode_greedy, log_softmax
from longhand.handwriting.metrics import score_texts
from longhand.inference.session import Inputs, OnnxRuntimeSession
from longhand.learning.errors import ParityError
from longhand.learning.export import OPSET, check_parity, export_onnx, load_network
from longhand.learning.methods import find_method
from longhand.learning.prepared import Item, PreparedSet
from pipelines.commit import describe_commit
from pipelines.recipe import FLOAT, Recipe, main, read_json, write_json

_PACKAGES = ("keras", "tensorflow-cpu", "onnx", "onnxruntime", "numpy", "opencv-python-headless")


def export(recipe: Recipe) -> Card:
    """Write the finished bundle; raises ParityError where the export answers otherwise than the network."""
    trained, bundle = recipe.folder("train"), recipe.bundle
    shifted, shifts = _take_shifts(recipe)
    difference, worse = _compare(recipe, shifted or trained / MODEL), _compare_readings(recipe)
    bundle.mkdir(parents=True, exist_ok=True)
    for name in (MODEL, LANGUAGE, WEIGHTS, *NOTICES):
        if (trained / name).exists():
            shutil.copyfile(trained / name, bundle / name)
    if shifted:
        shutil.move(shifted, bundle / MODEL)
    card = replace(_complete(recipe, read_card(trained)), sha256=digest(bundle / MODEL), shifts=shifts)
    card.write(bundle)
    write_json(
        recipe.folder("export") / "receipt.json",
        {"largest_difference": difference, "eight_bits_worse_by": worse, "sha256": card.sha256},
    )
    print(f"{recipe.model}: {difference:.2g} from the trained network; in eight bits {worse:+.2%} is misread")
    return card


def _take_shifts(recipe: Recipe) -> tuple[Path | None, int]:
    """The network that takes the shifts of one person's hand, where its kind can and where it answers features, and how
    many it takes: whoever has none is answered as by the network that was evaluated."""
    shift = find_method(recipe.task, recipe.kind).shift if recipe.params.get("features") else None
    if shift is None:
        return None, 0
    network, aside = shift(load_network(recipe.folder("train") / WEIGHTS)), recipe.folder("export") / MODEL
    export_onnx(network, aside, features=True)
    return aside, int(network.inputs[-1].shape[-1])


def _compare(recipe: Recipe, served: Path, count: int = 16) -> float:
    """How far what is served answers from the trained network; raises ParityError where that is too far."""
    data = PreparedSet(recipe.folder("prepare"))
    items = data.select("validation")[:count]
    inputs = _inputs(recipe, data, items)
    network = load_network(recipe.folder("train") / WEIGHTS)
    exported = recipe.folder("train") / FLOAT
    exported = exported if exported.exists() else served
    return check_parity(network, OnnxRuntimeSession(exported, 1).run(inputs), inputs)


def _compare_readings(recipe: Recipe, count: int = 256) -> float:
    """How much more the network in eight bits misreads, as a character error rate; raises ParityError if too much."""
    folder = recipe.folder("train")
    if not (folder / FLOAT).exists():
        return 0.0
    data, card = PreparedSet(recipe.folder("prepare")), read_card(folder)
    items = sorted(data.select("validation")[:count], key=lambda item: item.width)
    sessions = [OnnxRuntimeSession(folder / name, 1) for name in (FLOAT, MODEL)]
    texts: list[list[str]] = [[], []]
    for start in range(0, len(items), 16):
        batch = items[start : start + 16]
        inputs = _inputs(recipe, data, batch)
        for read, session in zip(texts, sessions, strict=True):
            answers = session.run(inputs)
            frames = [rows[: count_frames(item.width, card.stride)] for rows, item in zip(answers, batch, strict=True)]
            read += [card.alphabet.decode(decode_greedy(log_softmax(rows)).outputs) for rows in frames]
    before, after = (score_texts([item.text for item in items], read).cer for read in texts)
    if after > before * 1.1 + 0.005:
        raise ParityError(f"In eight bits the error rate is {after:.1%}, before it was {before:.1%}. Serve float32.")
    return after - before


def _inputs(recipe: Recipe, data: PreparedSet, items: Sequence[Item]) -> Inputs:
    return find_method(recipe.task, recipe.kind).lay([data.pixels(item) for item in items])


def _complete(recipe: Recipe, card: Card) -> Card:
    """The card with everything that is known by now."""
    calibration = read_json(recipe.folder("evaluate") / "calibration.json")
    return replace(
        card,
        **{key: calibration[key] for key in CALIBRATED},
        opset=OPSET,
        dataset_version=read_json(recipe.folder("prepare") / "receipt.json")["dataset_version"],
        commit=describe_commit(),
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        versions={name: importlib.metadata.version(name) for name in _PACKAGES},
        metrics=read_json(recipe.folder("evaluate") / "metrics.json"),
        data=describe_data(recipe),
    )


def describe_data(recipe: Recipe) -> list[dict[str, str]]:
    """The sets of the catalogue that the recipe names, each once, with the rules that changed its labels."""
    cleaned = read_json(recipe.folder("prepare") / "receipt.json").get("cleaned", {})
    names = dict.fromkeys(map(find_origin, recipe.params["sets"]))
    return [_describe_set(name, cleaned.get(name, {})) for name in names if name in CATALOGUE]


def _describe_set(name: str, cleaned: Mapping[str, int]) -> dict[str, str]:
    entry = CATALOGUE[name]
    described = {"name": name, "title": entry.title, "licence": entry.licence, "source": entry.source}
    counts = ", ".join(f"{rule} {count}" for rule, count in cleaned.items() if count)
    return {**described, "cleaned": counts} if counts else described


if __name__ == "__main__":
    main(export, __doc__)
