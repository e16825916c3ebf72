"""Bundles turned into recognisers. The only place that runs a bundle."""

from longhand.inference.recogniser import Recogniser, load

__all__ = ["Recogniser", "load"]
