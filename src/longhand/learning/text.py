"""How networks for words and lines learn."""

from longhand.handwriting.batching import lay
from longhand.learning.augmentation import distort_text
from longhand.learning.batches import TextBatches, fits
from longhand.learning.losses import CtcLoss
from longhand.learning.methods import Method
from longhand.learning.networks import build_text
from longhand.learning.scoring import read_texts, score_text

METHOD = Method(build_text, CtcLoss, TextBatches, score_text, read_texts, fits, lay, distort_text)
