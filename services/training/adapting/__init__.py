"""The quick lane: a person's corrections become a version of their own within seconds."""
