"""The gate: whether a version may replace the one that serves, decided on pictures that no model has learned from."""
