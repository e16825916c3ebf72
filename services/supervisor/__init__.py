"""Runs the whole platform on one machine as supervised child processes."""
