"""Takes data sets and readings in, keeps them and the lexicons, and freezes dataset versions."""
