"""Write every recipe's dvc.yaml again, from the import graph."""

from pathlib import Path

from pipelines.definition.recipes import write_definitions

if __name__ == "__main__":
    for written in write_definitions(Path.cwd()):
        print(f"{written} is written")
