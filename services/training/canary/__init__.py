"""A challenger on trial: watched by a sequential test, then promoted or withdrawn without anybody's help."""
