"""What can be set about ingestion."""

from pathlib import Path
from typing import ClassVar

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from longhand.servicekit.settings import JobSettings


class IngestionSettings(JobSettings):
    """Where data comes from, and where it is kept."""

    model_config = SettingsConfigDict(env_prefix="LONGHAND_INGESTION_", populate_by_name=True)
    service: ClassVar[str] = "ingestion"

    port: int = Field(default=8100, ge=0, le=65535, description="the port to listen on")
    store: str = Field(
        default="",
        validation_alias="LONGHAND_STORE",
        description="where pictures, dataset versions and lexicons are kept: a directory, or a URL that fsspec reads,"
        " as s3://bucket/prefix; <var>/store where unset",
    )
    datasets: Path | None = Field(
        default=None,
        validation_alias="LONGHAND_DATASETS",
        description="the folder where the data sets of the catalogue lie",
    )
    imports: str = Field(
        default="",
        description="where folders lie that may be ingested: a directory, or a URL that fsspec reads, as"
        " s3://bucket/imports; <var>/imports where unset",
    )
    gather_count: int = Field(
        default=100,
        ge=0,
        description="new corrections of a task from which on they are gathered for the models to learn from; 0: never",
    )
    gather_schedule: str = Field(
        default="",
        description="when to gather corrections without being asked: minute hour day month weekday, in UTC; never where"
        " empty",
    )
    max_upload: int = Field(default=10_000_000, gt=0, description="bytes that a picture may have")
    max_archive: int = Field(default=2**30, gt=0, description="bytes that an archive to take in may have")
    max_unpacked: int = Field(default=2**32, gt=0, description="bytes that its files may have, unpacked")
    max_files: int = Field(default=200_000, gt=0, description="files that it may have")
    retention_days: float = Field(
        default=0,
        ge=0,
        description="days after which a reading is deleted with its picture and its corrections; 0: never",
    )
    sure: float = Field(
        default=0.99,
        ge=0,
        le=1,
        description="the confidence of an accepted reading from which a correction that says something else waits for a"
        " second person",
    )
    trust_share: float = Field(
        default=0.8,
        gt=0,
        lt=1,
        description="the share of a user's corrections with which reviewers must agree for them to count for everybody",
    )
    trust_certainty: float = Field(
        default=0.95, gt=0, lt=1, description="the probability with which a user's share must exceed that"
    )

    @property
    def store_url(self) -> str:
        """Where pictures, dataset versions and lexicons are kept."""
        return self.store or str(self.var / "store")

    @property
    def imports_url(self) -> str:
        """Where folders lie that may be ingested."""
        return self.imports or str(self.var / "imports")
