"""Trains models as jobs, registers their versions and deploys them."""
