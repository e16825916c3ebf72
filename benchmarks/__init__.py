"""Accuracy and speed of the shipped bundles, beside ready-made engines on the same pictures in the same run."""
