"""`longhand export` and `longhand publish`: models for those who run them elsewhere."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from longhand.cli.formats import Format

Bundle = Annotated[str, typer.Argument(help="A bundle's folder, or a registered version: text/3.")]
Server = Annotated[
    str, typer.Option(envvar="MLFLOW_TRACKING_URI", help="The MLflow server that knows the version.", show_envvar=True)
]
PLATFORM = "http://127.0.0.1:5000"
VERSION = re.compile(r"([a-z]+(?:-[a-z]+)*)/(\d+)")


def add(app: typer.Typer) -> None:
    """Make the commands part of the program."""
    app.command("export")(export)
    app.command("publish")(publish)


def export(
    bundle: Bundle,
    to: Annotated[Path, typer.Option(help="The folder to write into.")],
    kind: Annotated[Format, typer.Option("--format", help="What to write.")] = Format.ONNX,
    registry: Server = PLATFORM,
) -> None:
    """Write a model as ONNX, as .keras or as a SavedModel, and check it on drawn pictures."""
    from longhand.cli import exporting

    with find(bundle, registry) as folder:
        made = exporting.export(folder, kind, to)
    typer.echo(
        f"{made.path}: the largest difference to the bundle is {made.difference:.2g},"
        f" the same character is likeliest in {made.agreement:.1%} of the places"
    )


def publish(
    bundle: Bundle,
    repository: Annotated[str, typer.Argument(help="Where to: owner/name.")],
    hub: Annotated[str, typer.Option(help="The hub's address.")] = "https://huggingface.co",
    licence: Annotated[str, typer.Option(help="The licence of the weights, as hubs name it.")] = "other",
    private: Annotated[bool, typer.Option("--private", help="Only for those who may see the owner's things.")] = False,
    registry: Server = PLATFORM,
) -> None:
    """Put a model with its card into a repository of a model hub. The token is LONGHAND_HUB_TOKEN."""
    from longhand.cli import hub as hubs

    with find(bundle, registry) as folder:
        typer.echo(hubs.publish(folder, repository, hub, licence, private))


@contextmanager
def find(name: str, registry: str) -> Iterator[Path]:
    """The folder of a bundle, fetched from the registry where a version is named and no such folder exists.

    Raises NotRegistered, RegistryUnavailable, or BundleError where a file is not what was registered.
    """
    version = VERSION.fullmatch(name)
    if version is None or Path(name).exists():
        yield Path(name)
        return
    from longhand.registry.registry import Registry

    with tempfile.TemporaryDirectory() as scratch, closing(Registry(registry)) as versions:
        yield versions.download(version[1], int(version[2]), Path(scratch) / version[1], whole=True)
