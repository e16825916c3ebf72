"""Work that takes longer than a request: a table that is the truth, and workers that look into it."""
