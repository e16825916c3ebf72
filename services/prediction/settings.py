"""What can be set about prediction."""

from pathlib import Path
from typing import ClassVar

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from longhand.servicekit.settings import ServiceSettings


class PredictionSettings(ServiceSettings):
    """Where models come from, and how much is read at once."""

    model_config = SettingsConfigDict(env_prefix="LONGHAND_PREDICTION_")
    service: ClassVar[str] = "prediction"

    port: int = Field(default=8300, ge=0, le=65535, description="the port to listen on")
    mlflow_url: str = Field(
        default="http://127.0.0.1:5000",
        validation_alias="LONGHAND_MLFLOW_URL",
        description="the MLflow server that keeps models and deployment records",
    )
    cache: Path | None = Field(
        default=None, description="where checked bundles are kept; <var>/prediction/bundles where unset"
    )
    poll_seconds: float = Field(default=1.0, gt=0, description="how often the deployment records are read")
    threads: int = Field(default=0, ge=0, description="threads that a network may use; 0: all cores")
    batch: int = Field(default=32, ge=1, description="pictures that are read together, at most")
    queue: int = Field(default=256, ge=1, description="pictures that may wait; one more is refused with 503")
    personal_mb: int = Field(
        default=256,
        ge=0,
        description="memory in MB for versions that serve one person each, the least used dropped first;"
        " 0: the champion serves everybody",
    )
    adapters_mb: int = Field(
        default=128,
        ge=0,
        description="memory in MB for people's adapters, the least used dropped first; all others lie on the disk",
    )
    former: int = Field(
        default=2,
        ge=1,
        description="versions that no longer serve and stay loaded to read again what they have read",
    )
    target_seconds: float = Field(
        default=1.0,
        gt=0,
        description="within which a picture is to be read: as many are let in as keep to it, the others get 503",
    )
    lexicons: int = Field(default=32, ge=1, description="lexicons that are kept at hand, the least used dropped first")
    lexicon_entries: int = Field(
        default=200_000, ge=1, description="entries that the lexicons at hand may have together; the last always stays"
    )
    vocabulary_words: int = Field(
        default=200_000,
        ge=1,
        description="words that people's vocabularies at hand may have together, the least used dropped first",
    )

    @property
    def bundles(self) -> Path:
        """Where checked bundles are kept."""
        return self.cache or self.directory / "bundles"
