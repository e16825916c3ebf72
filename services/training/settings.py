"""What can be set about training."""

from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from longhand.servicekit.settings import JobSettings

ROOT = Path(__file__).resolve().parents[2]


class TrainingSettings(JobSettings):
    """Which code trains, on what, and where the outcome is registered."""

    model_config = SettingsConfigDict(env_prefix="LONGHAND_TRAINING_", populate_by_name=True)
    service: ClassVar[str] = "training"

    port: int = Field(default=8200, ge=0, le=65535, description="the port to listen on")
    mlflow_url: str = Field(
        default="http://127.0.0.1:5000",
        validation_alias="LONGHAND_MLFLOW_URL",
        description="the MLflow server that keeps models and deployment records",
    )
    store: str = Field(
        default="",
        validation_alias="LONGHAND_STORE",
        description="where ingestion keeps dataset versions: a directory, or a URL that fsspec reads;"
        " <var>/store where unset",
    )
    journal: str = Field(
        default="",
        validation_alias="LONGHAND_JOURNAL_URL",
        description="ingestion's database, of which the journal is only read; sqlite:///<var>/ingestion/state.db where"
        " unset",
    )
    source: Path = Field(default=ROOT, description="the checkout whose pipeline trains and whose bundles are shipped")
    cache: Path | None = Field(
        default=None, description="dvc's cache, shared by all workspaces; <var>/dvc-cache where unset"
    )
    schedule: str = Field(
        default="",
        description="when to train without being asked: minute hour day month weekday, in UTC; never where empty",
    )
    schedule_recipe: Literal["starter", "full"] = Field(
        default="starter", description="the recipe that is trained on schedule, for each of its models"
    )
    canary_readings: int = Field(
        default=500, ge=1, description="readings that a challenger answers before it is promoted"
    )
    canary_hours: float = Field(
        default=24, gt=0, description="after which the readings that both versions have read decide in their place"
    )
    canary_seconds: float = Field(default=2, gt=0, description="how often the readings of a canary are counted")

    @property
    def store_url(self) -> str:
        """Where dataset versions are kept."""
        return self.store or str(self.var / "store")

    @property
    def journal_url(self) -> str:
        """Where the journal is read."""
        return self.journal or f"sqlite:///{self.var}/ingestion/state.db"

    @property
    def cache_directory(self) -> Path:
        """dvc's cache."""
        return self.cache or self.var / "dvc-cache"

    @property
    def workspaces(self) -> Path:
        """Where dvc runs, one folder by recipe."""
        return self.directory / "workspace"

    @property
    def adapting(self) -> Path:
        """Where the bundles lie that are adapted to people."""
        return self.directory / "adapting"

    @property
    def tunings(self) -> Path:
        """Where fine-tunes work, each in a folder that goes when it ends."""
        return self.directory / "tunings"
