"""The command line, `longhand`."""
