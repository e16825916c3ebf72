"""The bundle of a fine-tune: its card, and what lies beside the network."""

import datetime
import shutil
from collections.abc import Mapping
from dataclasses import replace

from longhand.bundles.card import Card
from longhand.bundles.files import LANGUAGE, MODEL, WEIGHTS, digest
from longhand.bundles.licences import copy_licence
from longhand.inference.session import OnnxRuntimeSession
from longhand.learning.export import check_parity, load_network
from longhand.learning.methods import find_method
from longhand.learning.prepared import PreparedSet
from longhand.learning.training import Trained
from pipelines.commit import describe_commit
from pipelines.recipe import FLOAT
from pipelines.tuning.request import Request


def pack(request: Request, data: PreparedSet, trained: Trained) -> None:
    """Put a card beside the new network, still with the calibration of the old one, and what else belongs there.

    Raises ParityError where the file that is served answers otherwise than the network.
    """
    folder = request.folder("bundle")
    copy_licence(request.start, folder)
    if (request.start / LANGUAGE).exists():
        shutil.copyfile(request.start / LANGUAGE, folder / LANGUAGE)
    _check(request, data)
    replace(
        request.card,
        name=request.model,
        sha256=digest(folder / MODEL),
        device=trained.device,
        dataset_version=request.corrections.name,
        commit=describe_commit(),
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    ).write(folder)


def complete(request: Request, temperature: float, metrics: Mapping[str, float]) -> Card:
    """Put calibration and figures into the card of the new network."""
    folder = request.folder("bundle")
    card = replace(_read(request), temperature=temperature, metrics=dict(metrics))
    card.write(folder)
    return card


def _read(request: Request) -> Card:
    return replace(request, start=request.folder("bundle")).card


def _check(request: Request, data: PreparedSet, count: int = 16) -> None:
    items = data.select("validation")[:count]
    inputs = find_method(request.task, request.kind).lay([data.pixels(item) for item in items])
    exported = request.folder("float32") / FLOAT
    exported = exported if exported.exists() else request.folder("bundle") / MODEL
    network = load_network(request.folder("bundle") / WEIGHTS)
    check_parity(network, OnnxRuntimeSession(exported, 1).run(inputs), inputs)
