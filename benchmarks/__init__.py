"""Figures of the shipped models, measured on this machine through the path that serves."""
