"""A training's curves as event files, which TensorBoard shows."""

from collections.abc import Mapping
from pathlib import Path

from longhand.learning.logger import TrainingLogger, TrainingLoggers


def write_events(folder: Path) -> TrainingLogger:
    """A training logger that adds a file to `folder`.

    Where TensorFlow, which writes it, is not installed, it says so and reports nothing.
    """
    try:
        return EventFiles(folder)
    except ImportError:
        print("No files for TensorBoard are written: that takes TensorFlow, which is not installed.", flush=True)
        return TrainingLoggers()


class EventFiles:
    """TensorFlow's own writer, which buffers and writes in a thread of its own.

    `tf.summary.scalar` and `text` come with TensorBoard, which is not needed here: this says what they would say.
    """

    def __init__(self, folder: Path) -> None:
        import tensorflow as tf

        self._tf = tf
        self._writer = tf.summary.create_file_writer(str(folder), max_queue=100, flush_millis=10_000)
        self._scalars, self._texts = tf.compat.v1.SummaryMetadata(), tf.compat.v1.SummaryMetadata()
        self._scalars.plugin_data.plugin_name, self._texts.plugin_data.plugin_name = "scalars", "text"
        self._scalars.data_class, self._texts.data_class = 1, 2  # DATA_CLASS_SCALAR, DATA_CLASS_TENSOR

    def note(self, step: int, values: Mapping[str, float]) -> None:
        """Write scalars."""
        with self._tf.device("cpu:0"), self._writer.as_default(step):
            for name, value in values.items():
                self._tf.summary.write(name, self._tf.constant(value, self._tf.float32), metadata=self._scalars)

    def show(self, step: int, texts: Mapping[str, str]) -> None:
        """Write texts, and everything before them, to the disk."""
        with self._tf.device("cpu:0"), self._writer.as_default(step):
            for name, text in texts.items():
                self._tf.summary.write(name, self._tf.constant([text]), metadata=self._texts)
        self._writer.flush()
