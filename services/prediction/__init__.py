"""Reads pictures with the deployed models."""
