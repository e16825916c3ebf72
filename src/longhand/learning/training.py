"""One model from prepared pictures: what to train on, with what, and what is left of it on disk."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import keras

from longhand.bundles.files import MODEL, WEIGHTS
from longhand.handwriting.alphabet import Alphabet
from longhand.learning.batches import Sampling
from longhand.learning.devices import set_precision
from longhand.learning.diagnostics import Watching
from longhand.learning.errors import EmptySplit
from longhand.learning.examples import reader, tracer
from longhand.learning.export import export_onnx, in_float32
from longhand.learning.fitting import Fitted, Schedule, fit
from longhand.learning.logger import Prefixed, TrainingLogger, TrainingLoggers
from longhand.learning.methods import Shift, find_method
from longhand.learning.prepared import Item, PreparedSet
from longhand.learning.scoring import Decisive
from longhand.learning.start import Start
from longhand.learning.teaching import Lessons, Taught, TaughtLoss
from longhand.tasks import Task

Build = Callable[[], keras.Model]


@dataclass(frozen=True)
class Settings:
    """A model's share of a recipe: `network` as its builder takes it, `draw` and `fit` as Sampling and Schedule do.

    `pretrain` is an earlier training whose best weights this one begins with: what of the three is other there. Or it
    names a registered version, which is given to `train` as its start, and so is the `base` that has this name.
    What `teacher` names is given to it as lessons.
    """

    seed: int
    precision: str
    network: Mapping[str, object]
    draw: Mapping[str, Any]
    fit: Mapping[str, Any]
    pretrain: Mapping[str, Any] | None = None
    base: str | None = None
    teacher: Mapping[str, Any] | None = None

    @property
    def kind(self) -> str:
        """The kind of the network, by which its method is found."""
        return str(self.network.get("kind", ""))

    @property
    def earlier(self) -> "Settings | None":
        """Those of the earlier training."""
        if self.pretrain is None or "sha256" in self.pretrain:  # the latter is a version to begin with
            return None
        network, draw, fit = (
            {**getattr(self, part), **self.pretrain.get(part, {})} for part in ("network", "draw", "fit")
        )
        return replace(self, network=network, draw=draw, fit=fit, pretrain=None)


@dataclass(frozen=True)
class Trained:
    """A network in float32 with its best weights; `dropped` names the labels that did not fit their frames."""

    model: keras.Model
    alphabet: Alphabet
    history: list[dict[str, float]]
    device: str
    dropped: list[str]

    def write(self, folder: Path, features: bool = False, shift: Shift | None = None) -> None:
        """Write the weights and the ONNX file that is served, which answers `features` as well where it is to, and
        takes shifts where there is a way to."""
        aside = folder / f".{WEIGHTS}"
        self.model.save(aside)
        aside.replace(folder / WEIGHTS)
        export_onnx(shift(self.model) if shift else self.model, folder / MODEL, features)


def train(
    task: Task,
    data: PreparedSet,
    settings: Settings,
    checkpoints: Path,
    logger: TrainingLogger | None = None,
    private: Callable[[str], bool] = lambda name: False,
    decisive: Decisive = lambda name: True,
    start: Start | None = None,
    lessons: Lessons | None = None,
) -> Trained:
    """Train the network of a task, going on from a checkpoint of the same data and settings.
    Where the settings name an earlier training, that comes first, with checkpoints of its own. The first network begins
    with the weights of `start`, where there is one. A network for words and lines is given `lessons`, where there are
    any.

    Progress is reported to the logger, with readings of pictures of those sets that are not `private`. The best
    epoch is that of the `decisive` sets, by their names.
    Raises EmptySplit, NotANumber or ShapeMismatch.
    """
    logger = logger or TrainingLoggers()
    before = None
    if settings.earlier is not None:
        prefixed = Prefixed(logger, "pretrain/")
        kept = checkpoints / "pretrain"
        before = train(task, data, settings.earlier, kept, prefixed, private, decisive, start, lessons)
    keras.utils.set_random_seed(settings.seed)
    set_precision(settings.precision)
    alphabet = Alphabet(task.alphabet, task.blank)
    items, dropped = choose(task, data, alphabet, settings.kind)
    begin = Start(before.model, before.alphabet) if before else start
    build = _builder(task, alphabet, settings, begin)
    watching = Watching(
        logger,
        reader(task, data, [item for item in items["validation"] if not private(item.set)], alphabet, settings.kind),
        tracer(items["train"], alphabet),
    )
    fitted = _fit(task, data, items, alphabet, build, settings, checkpoints, watching, decisive, lessons)
    set_precision("float32")
    history = _follow(before.history if before else [], fitted.history)
    return Trained(in_float32(fitted.model, build()), alphabet, history, fitted.device, dropped)


def choose(
    task: Task, data: PreparedSet, alphabet: Alphabet, kind: str = ""
) -> tuple[dict[str, list[Item]], list[str]]:
    """The items to train and to choose on, and the names of those whose labels do not fit the frames of a network of
    this kind.

    Raises EmptySplit where nothing is left of one.
    """
    chosen, dropped, fits = {}, [], find_method(task, kind).fits
    for split in ("train", "validation"):
        items = data.select(split)
        chosen[split] = [i for i in items if fits(i, alphabet)]
        dropped += [f"{i.set}/{i.name}" for i in items if not fits(i, alphabet)]
        if not chosen[split]:
            raise EmptySplit(f"The {split} split is empty. Give the recipe data that has one.")
    if dropped:
        print(f"{len(dropped)} labels do not fit their frames and are left out: {', '.join(dropped[:5])} …")
    return chosen, dropped


def _builder(task: Task, alphabet: Alphabet, settings: Settings, begin: Start | None) -> Build:
    make = find_method(task, settings.kind).build
    sizes = {name: value for name, value in settings.network.items() if name != "kind"}

    def build() -> keras.Model:
        model: keras.Model = make(outputs=alphabet.size, **sizes)
        if begin is not None:
            begin.copy_to(model, alphabet)
        return model

    return build


def _follow(before: list[dict[str, float]], history: list[dict[str, float]]) -> list[dict[str, float]]:
    """Two histories as one, the epochs counted through."""
    return before + [{**line, "epoch": line["epoch"] + len(before)} for line in history]


def _fit(
    task: Task,
    data: PreparedSet,
    items: Mapping[str, Sequence[Item]],
    alphabet: Alphabet,
    build: Build,
    settings: Settings,
    checkpoints: Path,
    watching: Watching,
    decisive: Decisive,
    lessons: Lessons | None,
) -> Fitted:
    schedule = Schedule(**settings.fit)
    sampling = Sampling(seed=settings.seed, steps=schedule.steps, **settings.draw)
    method = find_method(task, settings.kind)
    teach = None
    if lessons is not None:
        teacher = lessons.prepare(task, alphabet)
        teach = partial(Taught, teacher=teacher, outputs=alphabet.size, stride=method.stride)
    return fit(
        build,
        TaughtLoss(lessons.weight) if lessons else method.loss(),
        lambda epoch: method.batches(data, items["train"], alphabet, sampling, epoch),
        lambda model: method.score(model, data, items["validation"], alphabet, decisive),
        schedule,
        checkpoints,
        _key(task, data, settings),
        watching,
        teach,
    )


def _key(task: Task, data: PreparedSet, settings: Settings) -> str:
    """What a checkpoint must have in common with a training to serve it."""
    return hashlib.sha256(f"{task.wire} {task.alphabet} {asdict(settings)} {data.version}".encode()).hexdigest()
