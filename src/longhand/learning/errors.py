"""What stops a training, at once and with a reason."""

from longhand.errors import LonghandError


class TrainingError(LonghandError):
    """A training cannot go on."""

    code = "training_failed"


class EmptySplit(TrainingError):
    """There is nothing to train or to choose on."""

    code = "empty_split"


class NotPrepared(TrainingError):
    """The pictures have not been prepared."""

    code = "not_prepared"


class NotANumber(TrainingError):
    """The loss is NaN or infinite."""

    code = "loss_not_a_number"


class ShapeMismatch(TrainingError):
    """Pictures, labels or weights do not fit the network."""

    code = "shape_mismatch"


class ParityError(TrainingError):
    """The exported network does not answer what the trained one does."""

    code = "export_differs"


class BaseMissing(TrainingError):
    """The network that a recipe begins with is not at hand."""

    code = "base_missing"
