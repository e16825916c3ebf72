"""Bundles, runs, versions and deployment records, kept by an MLflow server."""
