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
    max_upload: int = Field(default=10_000_000, gt=0, description="bytes that a picture may have")

    @property
    def store_url(self) -> str:
        """Where pictures, dataset versions and lexicons are kept."""
        return self.store or str(self.var / "store")

    @property
    def imports_url(self) -> str:
        """Where folders lie that may be ingested."""
        return self.imports or str(self.var / "imports")
