"""How a network is trained, from the first epoch or from where a stop left it."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import keras

from longhand.learning.checkpoints import Checkpoints, State
from longhand.learning.devices import explain, misfits, placed
from longhand.learning.diagnostics import Guard, Observed, Watch, Watching
from longhand.learning.errors import ShapeMismatch
from longhand.learning.gradients import GaugedAdamW
from longhand.learning.progress import report

Score = Callable[[keras.Model], dict[str, float]]
Teach = Callable[[Observed], keras.utils.PyDataset]


@dataclass(frozen=True)
class Schedule:
    """How long and how fast: cosine decay from `rate` after `warmup` epochs; stops after `patience` epochs
    without a better score, and never trains longer than `epochs`. An epoch is `steps` batches. The weights that are
    scored and kept are a moving average of those trained, `average` of the old and the rest of the new at each step;
    with 0 they are the trained ones."""

    epochs: int
    steps: int
    rate: float
    warmup: float = 0.5
    patience: int = 1000
    decay: float = 1e-4
    clip: float = 1.0
    average: float = 0.0


@dataclass(frozen=True)
class Fitted:
    """A trained model with its best weights, its curves by epoch, and where it was trained, though it was not here."""

    model: keras.Model
    history: list[dict[str, float]]
    device: str


def fit(
    build: Callable[[], keras.Model],
    loss: keras.losses.Loss,
    batches: Callable[[int], keras.utils.PyDataset],
    score: Score,
    schedule: Schedule,
    checkpoints: Path,
    key: str,
    watching: Watching | None = None,
    teach: Teach | None = None,
) -> Fitted:
    """Train what `build` makes on `batches(first epoch)`, choosing the epoch whose `score` is best. The loss is given
    the labels of the batches as they are, or with what `teach` adds to them.

    `score` gives at least `score`, higher being better. Goes on from a checkpoint of the same `key`. Progress
    is reported to `watching`.
    Raises NotANumber if the loss is NaN or infinite, and ShapeMismatch where data and network do not fit.
    """
    with placed() as device:
        model = build()
        model.compile(optimizer=_optimizer(schedule), loss=loss, jit_compile=keras.backend.backend() == "jax")
        model.optimizer.build(model.trainable_variables)  # else its first step is compiled twice
        store = Checkpoints(checkpoints, key)
        state = store.resume(model) or State(0, -float("inf"), 0, [])
        print(f"{model.name}: {model.count_params():,} parameters, {device}, from epoch {state.epoch + 1}", flush=True)
        watching = watching or Watching()
        keeper = _Keeper(store, state, score, schedule, watching, device)
        if state.epoch < schedule.epochs and not keeper.exhausted:
            data = Observed(batches(state.epoch))
            watch = Watch(data, model.optimizer.gauge, watching.logger, schedule.steps)
            given = teach(data) if teach else data
            _run(model, given, state.epoch, schedule, [Guard(data, watching.origin), watch, keeper])
        store.restore_best(model)
    return Fitted(model, keeper.state.history, keeper.state.device or device)


def _run(
    model: keras.Model,
    data: keras.utils.PyDataset,
    first: int,
    schedule: Schedule,
    callbacks: Sequence[keras.callbacks.Callback],
) -> None:
    try:
        model.fit(data, epochs=schedule.epochs, initial_epoch=first, verbose=0, callbacks=callbacks, shuffle=False)
    except misfits() as error:
        raise ShapeMismatch(f"Data and network do not fit: {explain(error)}") from error


def _optimizer(schedule: Schedule) -> GaugedAdamW:
    warmup = max(1, round(schedule.warmup * schedule.steps))
    rate = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=schedule.rate / 20,
        decay_steps=max(1, schedule.epochs * schedule.steps - warmup),
        alpha=0.01,
        warmup_target=schedule.rate,
        warmup_steps=warmup,
    )
    average = {"use_ema": True, "ema_momentum": schedule.average} if schedule.average else {}
    return GaugedAdamW(rate, weight_decay=schedule.decay, global_clipnorm=schedule.clip, **average)


@contextmanager
def _averaged(model: keras.Model, schedule: Schedule) -> Iterator[None]:
    """The model with its averaged weights, for a while (Polyak and Juditsky, Acceleration of Stochastic
    Approximation by Averaging, 1992)."""
    if not schedule.average:
        yield
        return
    trained = [keras.ops.copy(variable.value) for variable in model.trainable_variables]
    model.optimizer.finalize_variable_values(model.trainable_variables)
    yield
    for variable, value in zip(model.trainable_variables, trained, strict=True):
        variable.assign(value)


def _join(before: str, device: str) -> str:
    """The devices of a training that went on: those of before, and this one where it is another."""
    return device if before in ("", device) else f"{before}, then {device}"


class _Keeper(keras.callbacks.Callback):
    """Scores, keeps and reports every epoch, and ends the training when it no longer improves."""

    def __init__(
        self,
        store: Checkpoints,
        state: State,
        score: Score,
        schedule: Schedule,
        watching: Watching,
        device: str,
    ) -> None:
        super().__init__()
        self.state, self._store, self._score, self._schedule, self._watching = state, store, score, schedule, watching
        self._devices = _join(state.device, device)
        self._started = time.monotonic()

    @property
    def exhausted(self) -> bool:
        """Whether the score has not improved for as long as the schedule allows."""
        return self.state.epoch - self.state.best_epoch >= self._schedule.patience

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        self._started = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        trained = time.monotonic() - self._started
        with _averaged(self.model, self._schedule):
            scores, samples = self._score(self.model), self._watching.sample(self.model)
            better = scores["score"] > self.state.best
            if better:
                self._store.save_best(self.model, scores)
        line = {
            "epoch": epoch + 1,
            "epochs": self._schedule.epochs,
            "loss": float((logs or {})["loss"]),
            **scores,
            "steps_per_second": self._schedule.steps / trained,
            "seconds": time.monotonic() - self._started,
        }
        best, at = (scores["score"], epoch + 1) if better else (self.state.best, self.state.best_epoch)
        self.state = State(epoch + 1, best, at, [*self.state.history, line], self._devices)
        self._store.save(self.model, self.state)
        report({"stage": "train", "model": self.model.name, **line})
        step, reported = (
            (epoch + 1) * self._schedule.steps,
            {k: v for k, v in line.items() if not k.startswith("epoch")},
        )
        self._watching.logger.note(step, {f"epochs/{key}": value for key, value in reported.items()})
        self._watching.logger.show(step, samples)
        self.model.stop_training = self.exhausted
