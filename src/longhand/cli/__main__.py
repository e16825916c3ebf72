"""`longhand …`: what a person does from the command line."""

import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from longhand.cli import releases
from longhand.contracts.readings import DEFAULT_TASK, Task
from longhand.errors import LonghandError
from longhand.tasks import Charset, Effort

app = typer.Typer(help="Reads handwriting.", no_args_is_help=True, add_completion=False, rich_markup_mode=None)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"longhand {version('longhand')}")
        raise typer.Exit()


@app.callback()
def longhand(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help="Show the version and exit.")
    ] = False,
) -> None:
    """Reads handwriting, and learns from every correction."""


@app.command()
def read(
    paths: Annotated[list[Path], typer.Argument(help="Pictures, or folders of pictures.")],
    task: Annotated[Task, typer.Option(help="What a picture shows: one character, or a word or line.")] = DEFAULT_TASK,
    effort: Annotated[
        Effort, typer.Option(help="Of words and lines: read by the best model that is shipped, or by a small one.")
    ] = Effort.BEST,
    charset: Annotated[Charset, typer.Option(help="Which characters an answer may hold.")] = Charset.FULL,
    spaces: Annotated[bool, typer.Option("--spaces", help="With a charset: an answer may hold spaces too.")] = False,
    lexicon: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Texts that may stand there: UTF-8, one per line.")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict/--open", help="Where no entry fits: no text, or what is read without the lexicon.")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per line.")] = False,
    model: Annotated[
        str | None, typer.Option(help="A bundle's folder, or a registered version: text/3. A shipped one where absent.")
    ] = None,
    registry: releases.Server = releases.PLATFORM,
) -> None:
    """Read pictures in this process. Ends with 1 where a picture could not be read."""
    from longhand.cli.entries import read_lexicon
    from longhand.cli.reading import find_pictures, read_all, shipped
    from longhand.handwriting.terms import Terms
    from longhand.inference import load  # the networks' engine: nothing else here needs it

    terms = Terms(charset.value, None if lexicon is None else read_lexicon(lexicon), strict, spaces)
    with releases.find(model or str(shipped(task, effort, _bundles())), registry) as bundle:
        failed = read_all(find_pictures(paths), load(bundle), terms, as_json)
    raise typer.Exit(1 if failed else 0)


@app.command()
def data(
    folder: Annotated[Path, typer.Argument(help="A folder of pictures with their texts.")],
    format: Annotated[str | None, typer.Option(help="Its format; found out where absent.")] = None,
    option: Annotated[list[str] | None, typer.Option(help="An option of the format, as unit=words; repeat it.")] = None,
    check: Annotated[int, typer.Option(min=0, help="How many pictures to open, evenly spread.")] = 200,
) -> None:
    """Say what a folder holds before you train on it. Ends with 1 where a picture could not be opened."""
    from longhand.cli.survey import describe, parse_options, survey

    found = survey(folder, format, parse_options(option or []), check)
    for line in describe(found):
        typer.echo(line)
    raise typer.Exit(1 if found.refused else 0)


@app.command()
def fetch(
    name: Annotated[str, typer.Argument(help="A data set that can be fetched: mnist, emnist.")],
    to: Annotated[
        Path | None, typer.Option(envvar="LONGHAND_DATASETS", help="The folder above it.", show_envvar=True)
    ] = None,
) -> None:
    """Fetch a data set from its publisher. Goes on where it was broken off, and checks what came."""
    from longhand.cli.progress import Progress
    from longhand.datasets.fetching import fetch as fetch_set

    if to is None:
        raise typer.BadParameter("Name the folder where data sets lie with --to, or set LONGHAND_DATASETS.")
    typer.echo(fetch_set(name, to, Progress(sys.stderr)))


@app.command()
def keys(
    directory: Annotated[Path | None, typer.Argument(help="Where to; <LONGHAND_VAR>/keys where absent.")] = None,
    rotate: Annotated[bool, typer.Option("--rotate", help="Sign with a new key; the old one stays valid.")] = False,
    retire: Annotated[bool, typer.Option("--retire", help="End the old key, once its tokens have expired.")] = False,
) -> None:
    """Make the gateway's key pair, where there is none yet; or replace it without a pause."""
    from longhand.servicekit.keys import create_keys, retire_keys, rotate_keys

    if rotate and retire:
        raise typer.BadParameter("Rotate first, and retire the old key a quarter of an hour later.")
    to = directory or Path(os.environ.get("LONGHAND_VAR", "var")) / "keys"
    create_keys(to)
    if rotate:
        rotate_keys(to)
    if retire:
        retire_keys(to)
    typer.echo(f"{to / 'gateway.pem'} (only for the gateway) and {to / 'gateway.pub'} (for every service)")


releases.add(app)


def _bundles() -> Path:
    return Path(os.environ.get("LONGHAND_BUNDLES", Path(__file__).resolve().parents[3] / "bundles"))


def main(arguments: list[str] | None = None) -> None:
    """The command `longhand`; without `arguments`, those of this process."""
    try:
        app(arguments)
    except LonghandError as error:
        typer.echo(error.sentence, err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
