"""The formats that people have: each reads a folder of its kind."""
