"""Locks made true again where code moved and its outcome did not: proven first, then written, without a training."""
