"""Fine-tunes: a version that served learns from a dataset version of corrections."""
