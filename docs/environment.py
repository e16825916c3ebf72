"""`.env.example`: every setting of every service, from the classes that read them."""

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from services.gateway.settings import GatewaySettings
from services.ingestion.settings import IngestionSettings
from services.prediction.settings import PredictionSettings
from services.supervisor.settings import SupervisorSettings
from services.training.settings import TrainingSettings

SETTINGS: dict[str, type[BaseSettings]] = {
    "gateway": GatewaySettings,
    "ingestion": IngestionSettings,
    "training": TrainingSettings,
    "prediction": PredictionSettings,
    "make run": SupervisorSettings,
}
SERVICES = ("gateway", "ingestion", "training", "prediction")
ROOT = Path(__file__).parents[1]
HEAD = """\
# Every setting and its default. Copy what you change into the environment, or for containers into .env.
# A secret belongs into a file that only its service reads: LONGHAND_GATEWAY_ADMIN_PASSWORD_FILE.
"""


def name(settings: type[BaseSettings], field: str, about: FieldInfo) -> str:
    """The variable that sets a field."""
    return str(about.validation_alias or f"{settings.model_config.get('env_prefix', '')}{field}").upper()


def variables() -> dict[str, dict[str, FieldInfo]]:
    """The fields by variable, under the first program that reads them; under `all` what every service reads."""
    read = {
        program: {name(settings, field, about): about for field, about in settings.model_fields.items()}
        for program, settings in SETTINGS.items()
    }
    everybody = set.intersection(*(set(read[service]) for service in SERVICES))
    listed: dict[str, dict[str, FieldInfo]] = {"all services": {}}
    for program, fields in read.items():
        known = {variable for before in listed.values() for variable in before}
        for variable in [variable for variable in fields if variable not in known]:
            place = "all services" if variable in everybody else program
            listed.setdefault(place, {})[variable] = fields[variable]
    return listed


def describe() -> str:
    """The text of `.env.example`."""
    return HEAD + "".join(line + "\n" for line in _lines())


def write(root: Path) -> Path:
    """Write it, and say where."""
    file = root / ".env.example"
    file.write_text(describe(), encoding="utf-8")
    return file


def _lines() -> Iterator[str]:
    for program, fields in variables().items():
        yield from ("", f"# --- {program}")
        for variable, about in fields.items():
            yield from textwrap.wrap(about.description or "", 110, initial_indent="# ", subsequent_indent="# ")
            yield f"#{variable}={default_of(about.default)}"


def default_of(value: Any) -> str:
    """A default as it would be written; empty where there is none to write."""
    if not isinstance(value, str | int | float | bool | Path):
        return ""
    if isinstance(value, Path) and value.is_absolute():
        return str(value.relative_to(ROOT))
    return str(value).lower() if isinstance(value, bool) else str(value)
