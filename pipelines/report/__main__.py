"""Report: write what is known of a recipe's models and data, without training or evaluating again."""

import argparse
import sys
from pathlib import Path

from longhand.errors import LonghandError
from longhand.tasks import TASKS
from pipelines.recipe import RECIPES, Recipe, read_sections
from pipelines.report.errors import NothingToReport
from pipelines.report.material import gather
from pipelines.report.tracking import log
from pipelines.report.writing import DATA, write_data, write_report

FOLDER = Path("var/reports")


def main(arguments: list[str] | None = None) -> None:
    """Report on one model, or on all of the recipe; ends with 1 where none could be reported on."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.report", description=__doc__)
    parser.add_argument("--recipe", choices=RECIPES, default="starter")
    parser.add_argument("--model", choices=TASKS, help="all of the recipe where absent")
    given = parser.parse_args(arguments)
    reported = False
    for model in [given.model] if given.model else read_sections(given.recipe):
        try:
            print(f"{model}: {report(Recipe(given.recipe, model))}", flush=True)
            reported = True
        except LonghandError as error:
            print(f"{model}: {error.code}: {error.sentence}", file=sys.stderr)
    sys.exit(0 if reported else 1)


def report(recipe: Recipe) -> str:
    """Write the reports on a recipe's model; says where they are, and with which run.

    Raises NothingToReport where it has not been evaluated; the report on its data is written even so.
    """
    folder = FOLDER / recipe.name / recipe.model
    material = gather(recipe)
    try:
        write_report(material, folder)
    except NothingToReport as error:
        write_data(material, folder)
        raise NothingToReport(f"{error.sentence} The report on the data alone is in {folder / DATA}.") from error
    return f"{folder / 'report.html'}; {log(material, folder)}"


if __name__ == "__main__":
    main()
