"""The parameters of a recipe: how a model's data are gathered and its network is trained.

The names in files and requests are the aliases, where a field has one.
"""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0, le=1000)]
Overrides = dict[str, object]
SEEDS = 2**32 - 1


class Parameters(BaseModel):
    """Values are taken as they are, never converted; a name that is not known is an error, and so is a NaN."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False, serialize_by_alias=True)


class Sampling(Parameters):
    """How training pictures are drawn from the sets and distorted."""

    batch: int = Field(ge=1, le=4096, description="pictures in a batch; of text, pictures of median width")
    strength: float = Field(default=1.0, ge=0, le=3, description="how strongly pictures are distorted, 0 not at all")
    join: Share = Field(default=0.0, description="share of the pictures that are two of one writer side by side")
    rare: float = Field(
        default=0.0, ge=0, le=2, description="how much oftener texts with rare characters are drawn in their set, 0 not"
    )
    block: int = Field(
        default=0,
        ge=0,
        le=4096,
        description="words and lines that one generator draws, so that all processors can; 0 where one does",
    )
    weights: dict[str, Weight] = Field(
        default={}, description="how often each set is drawn from, relative to the others; 1 where a set is not named"
    )


class Schedule(Parameters):
    """How long and how fast a network learns.

    The learning rate rises to `rate` during the warm-up, and falls along a cosine afterwards.
    """

    epochs: int = Field(ge=1, le=10_000, description="epochs at most")
    steps: int = Field(ge=1, le=100_000, description="batches in an epoch")
    rate: float = Field(gt=0, le=1, description="highest learning rate")
    warmup: float = Field(default=0.5, ge=0, le=1000, description="epochs in which the learning rate rises")
    patience: int = Field(
        default=1000, ge=1, le=10_000, description="epochs without a better score after which training stops"
    )
    decay: Share = Field(default=1e-4, description="weight decay of AdamW")
    clip: float = Field(default=1.0, gt=0, le=1000, description="longest gradient; longer ones are shortened to it")
    average: float = Field(
        default=0.0,
        ge=0,
        lt=1,
        description="share of the old weights in the moving average that is scored and kept; 0 keeps the trained ones",
    )


class Pretraining(Parameters):
    """An earlier training, whose best weights this one begins with: what is other there than in the recipe itself."""

    network: Overrides = Field(default={}, description="parameters of the network that are other there")
    sampling: Overrides = Field(default={}, alias="draw", description="parameters of `draw` that are other there")
    schedule: Overrides = Field(default={}, alias="fit", description="parameters of `fit` that are other there")


class Start(Parameters):
    """A registered version to begin with, in place of an earlier training."""

    version: int = Field(ge=1, description="the registered version whose weights a training begins with")
    sha256: str = Field(pattern="^[0-9a-f]{64}$", description="the SHA-256 of its weights")


class Teacher(Start):
    """A registered version of another model of the task: a training learns its probabilities beside the labels."""

    version: int = Field(ge=1, description="the registered version that teaches")
    model: str = Field(description="the model that it is a version of")
    every: int = Field(default=1, ge=1, le=1000, description="of so many batches, one is shown to the teacher")
    weight: float = Field(default=1.0, gt=0, le=100, description="how much its answers count, where labels count once")
    lag: int = Field(default=0, ge=0, le=16, description="frames by which its characters come later than the model's")


class Folds(Parameters):
    """Networks that are trained beside the model on a part of the writers, to learn how sure it may be of strangers."""

    count: int = Field(ge=0, le=20, description="networks that are trained beside the model; each misses a part")
    sets: list[str] = Field(description="the sets whose writers are divided among them")
    network: Overrides = Field(default={}, description="parameters of the network that are other for them")
    sampling: Overrides = Field(default={}, alias="draw", description="parameters of `draw` that are other for them")
    schedule: Overrides = Field(default={}, alias="fit", description="parameters of `fit` that are other for them")


class Calibrating(Parameters):
    """What of each set confidence, language and thresholds are chosen on."""

    most: int = Field(default=1000, ge=100, le=100_000, description="the most pictures of a set that are read for it")
    independent: bool = Field(
        default=False, description="whether one spoiled copy of each picture counts, and not all of them"
    )


class Spoiling(Parameters):
    """Copies of a set's pictures under everyday conditions and with damages, spoiled before they are prepared."""

    copies: int = Field(default=1, ge=1, le=100, description="spoiled copies of each picture")
    seed: int = Field(default=0, ge=0, le=SEEDS, description="seed of what happens to them")
    conditions: list[str] = Field(default=[], description="conditions to choose from; all where there are none")


class Source(Parameters):
    """Where a set's pictures come from: the catalogue, or a folder, whose format may have options of its own."""

    model_config = ConfigDict(extra="allow")

    count: int | None = Field(default=None, ge=1, le=10_000_000, description="pictures to make, of sets that are made")
    seed: int | None = Field(default=None, ge=0, le=SEEDS, description="seed of sets that are made")
    folder: str | None = Field(default=None, description="a folder of pictures, where the set is not of the catalogue")
    format: str | None = Field(default=None, description="the folder's format; found out where absent")
    splits: str | None = Field(default=None, description="a file that says which picture belongs to which split")
    cut: Literal["outline", "box"] | None = Field(default=None, description="how lines are cut out of whole pages")
    fonts: Literal["all", "training", "continental"] | None = Field(
        default=None, description="which fonts write a rendered set; all but the first leave out those of the set forms"
    )
    alignment: str | None = Field(
        default=None, pattern="^[0-9a-f]{64}$", description="the SHA-256 of the alignment that a set is recomposed from"
    )
    clean: list[str] = Field(default=[], description="rules by which labels are cleaned, in this order")
    spoil: Spoiling | None = Field(default=None, description="take spoiled copies of the pictures in their place")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.model_extra and self.folder is None:
            raise ValueError(f"only a folder has options such as {', '.join(self.model_extra)}")
        return self


class Network(Parameters):
    """What every network has; each task's module of this room adds the rest.

    `bases` are those whose weights such a network can begin with.
    """

    bases: ClassVar[tuple[str, ...]] = ()

    height: int = Field(ge=1, description="rows of a prepared picture")


class ModelRecipe(Parameters):
    """One model's part of a recipe, but for its network, which each task's module of this room describes."""

    seed: int = Field(ge=0, le=SEEDS, description="seed of everything that is random")
    network: Network = Field(description="the network; which parameters it has depends on the model")
    preprocessing: str = Field(description="the released way of preparing pictures")
    alphabet: str | None = Field(
        default=None,
        description="the characters that the network writes, by name; those of the first release if absent",
    )
    precision: Literal["float32", "mixed_bfloat16"] = Field(description="arithmetic of the training")
    sets: dict[str, Source] = Field(min_length=1, description="the data sets, by name")
    base: str | None = Field(
        default=None,
        description="a network that others have trained, whose weights the training begins with, as do the earlier"
        " training and the folds; none where absent",
    )
    pretrain: Pretraining | Start | None = Field(
        default=None, description="an earlier training, or a registered version, whose weights the training begins with"
    )
    teacher: Teacher | None = Field(
        default=None, description="a registered version of another model, which teaches this one; none where absent"
    )
    sampling: Sampling = Field(alias="draw", description="how pictures are drawn")
    schedule: Schedule = Field(alias="fit", description="how long and how fast the network learns")
    folds: Folds | None = Field(default=None, description="networks beside the model; none where absent")
    served: Literal["float32", "int8"] = Field(description="arithmetic of the network that is served")
    features: bool = Field(
        default=False, description="whether the served network also answers what its last layer sees"
    )
    promised_error: float = Field(
        default=0.02, gt=0, lt=1, description="share of wrong texts among accepted ones that the threshold promises"
    )
    calibrate: Calibrating = Field(
        default_factory=Calibrating, description="what confidence, language and thresholds are chosen on"
    )

    @property
    def shape(self) -> dict[str, object]:
        """The parameters that decide which weights a network has: all but those of training alone."""
        return self.network.model_dump(exclude={"dropout"})
