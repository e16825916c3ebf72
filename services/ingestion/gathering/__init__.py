"""Gathering: the corrections that count become dataset versions, from which the models learn."""
