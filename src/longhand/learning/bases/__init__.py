"""Bases: networks that others have trained on more than there is here, to begin with."""
