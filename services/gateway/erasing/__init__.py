"""The erasure of a person's data everywhere, and the archive of it."""
