"""What a network can be exported as."""

from enum import StrEnum

from longhand.bundles.files import MODEL


class Format(StrEnum):
    """A form that other programs run."""

    ONNX = "onnx"
    KERAS = "keras"
    SAVEDMODEL = "savedmodel"


NAMES = {Format.ONNX: MODEL, Format.KERAS: "model.keras", Format.SAVEDMODEL: "saved_model"}
"""The file or folder that each is written to."""
