"""Takes data sets and readings in, keeps them, and freezes dataset versions."""
