"""Data sets: adapters of the formats people have, the catalogue, splits, and sets that a program makes."""
