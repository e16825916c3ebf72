"""The programs of the platform."""
