"""Bundles turned into recognisers. The only place that runs a bundle."""
