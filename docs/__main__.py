"""`python -m docs`: writes the pages that are made from the code."""

from docs import (
    cards,
    commands,
    environment,
    interfaces,
    metrics,
    notices,
    picture,
    problems,
    recipes,
    routes,
    settings,
)
from docs.environment import ROOT
from pipelines.ablation import page as ablation

PAGES = (settings, recipes, routes, interfaces, problems, notices, metrics, commands, cards, picture, ablation)


def main() -> None:
    """Write every page, and say which."""
    for written in (environment.write(ROOT), *(file for page in PAGES for file in page.write(ROOT))):
        print(written.relative_to(ROOT))


if __name__ == "__main__":
    main()
