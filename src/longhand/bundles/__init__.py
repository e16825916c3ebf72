"""A bundle: its files, their hashes and its card, known in one place."""
