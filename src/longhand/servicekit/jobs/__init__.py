"""Work that takes longer than a request: a table that is the truth, and a bell that wakes workers."""
