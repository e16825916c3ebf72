"""The DVC stages: read parameters, call the library, write outputs and a receipt."""
