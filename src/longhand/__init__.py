"""Longhand reads handwriting, and learns from every correction."""
