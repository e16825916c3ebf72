"""`docs/reference/settings.md`: every setting, from the classes that read them."""

import re
from collections.abc import Iterator
from pathlib import Path

from docs.environment import default_of, variables

PAGE = Path("docs/reference/settings.md")
HEAD = """\
# Settings

Every setting is an environment variable. In containers, put them into `.env` beside `docker-compose.yml`
([.env.example](../../.env.example) lists the same settings, ready to be uncommented). A flag is `true` or `false`.

`<var>` is the folder that `LONGHAND_VAR` names. What `make run` starts gets the addresses of the other services from
the supervisor; in containers, `docker-compose.yml` sets them.

`longhand` and the pipeline read five more: `LONGHAND_DATASETS`, the folder where data sets lie; `LONGHAND_BUNDLES`,
the folder with the bundles to read with (the checkout's `bundles/` where unset); `MLFLOW_TRACKING_URI`, the server
with which a recipe registers (where unset: the running platform's, else one that is started for as long as it is
needed); `LONGHAND_COMMIT`, the commit that a bundle's card names where there is no git; `LONGHAND_HUB_TOKEN`, the
token with which `longhand publish` writes to a hub.

*Written by `make docs` from the settings classes.*
"""


def write(root: Path) -> list[Path]:
    """Write the page, and say where."""
    (root / PAGE).write_text("\n".join(_lines()) + "\n", encoding="utf-8")
    return [root / PAGE]


def _lines() -> Iterator[str]:
    yield HEAD.rstrip()
    for program, fields in variables().items():
        title = f"`{program}`" if " " in program and program != "all services" else program.capitalize()
        yield from ("", f"## {title}", "", "| variable | default | what it sets |", "|---|---|---|")
        for variable, about in fields.items():
            default = default_of(about.default)
            meaning = re.sub(r"\S*<var>\S*?(?=[;,]?( |$))", r"`\g<0>`", about.description or "")
            yield f"| `{variable}` | {f'`{default}`' if default else ''} | {meaning} |"
