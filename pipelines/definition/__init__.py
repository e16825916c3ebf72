"""The recipes' dvc.yaml, generated: each stage depends on the files that it imports, and on no others."""
