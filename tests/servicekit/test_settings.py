"""Settings come from arguments, from LONGHAND_ names, and from what the rest says."""

from pathlib import Path
from typing import ClassVar

import pytest
from pydantic import Field, ValidationError
from pydantic_settings import EnvSettingsSource, SettingsConfigDict

from longhand.servicekit.settings import JobSettings, ServiceSettings


class TrainingSettings(JobSettings):
    """A service's own settings."""

    model_config = SettingsConfigDict(env_prefix="LONGHAND_TRAINING_", populate_by_name=True)
    service: ClassVar[str] = "training"

    port: int = Field(default=8200, description="the port")


def test_all_state_lies_below_var(tmp_path: Path):
    settings = TrainingSettings(var=tmp_path)
    assert settings.public_key == tmp_path / "keys" / "gateway.pub"
    assert settings.state_url == f"sqlite:///{tmp_path}/training/state.db"
    assert settings.jobs_directory == tmp_path / "training" / "jobs"
    assert settings.port == 8200


def test_what_is_told_replaces_what_follows(tmp_path: Path):
    settings = TrainingSettings(var=tmp_path, state_url="postgresql://x/y", public_key=tmp_path / "k")
    assert (settings.state_url, settings.public_key) == ("postgresql://x/y", tmp_path / "k")


def test_shared_names_have_no_service_in_them_and_own_names_have():
    source = EnvSettingsSource(TrainingSettings)
    names = {source._extract_field_info(field, name)[0][1] for name, field in TrainingSettings.model_fields.items()}
    assert {"longhand_var", "longhand_public_key", "longhand_demo", "longhand_tls_cert"} <= names
    assert {"longhand_training_port", "longhand_training_state_url", "longhand_training_lease"} <= names


def test_every_setting_is_described():
    assert all(field.description for field in TrainingSettings.model_fields.values() if field is not None)


def test_a_certificate_without_its_key_is_refused(tmp_path: Path):
    with pytest.raises(ValidationError, match="belong together"):
        ServiceSettings(var=tmp_path, tls_cert=tmp_path / "cert.pem")
