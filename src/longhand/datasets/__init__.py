"""Adapters of the formats people have, the catalogue, splits, drawn and rendered samples."""
