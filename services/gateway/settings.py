"""The settings of the gateway."""

from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode, SettingsConfigDict

from longhand.servicekit.settings import ServiceSettings

Network = IPv4Network | IPv6Network


def _private_key(data: dict[str, object]) -> Path:
    return Path(str(data.get("var", "var"))) / "keys" / "gateway.pem"


def _split(given: object) -> object:
    """The parts of a text with commas; what is no text stays."""
    return [part.strip() for part in given.split(",") if part.strip()] if isinstance(given, str) else given


class GatewaySettings(ServiceSettings):
    """Settings of the gateway: `LONGHAND_GATEWAY_…` beside the shared ones."""

    model_config = SettingsConfigDict(env_prefix="LONGHAND_GATEWAY_", populate_by_name=True)
    service: ClassVar[str] = "gateway"

    port: int = Field(default=8000, ge=0, le=65535, description="the port to listen on")
    metrics_port: int | None = Field(
        default=8001, ge=0, le=65535, description="the port of /metrics, which is not for the public"
    )
    private_key: Path = Field(
        default_factory=_private_key,
        description="the key that signs tokens, mode 0600; <var>/keys/gateway.pem, made where missing, if unset",
    )
    ingestion_url: str = Field(default="http://127.0.0.1:8100", description="where ingestion answers")
    training_url: str = Field(default="http://127.0.0.1:8200", description="where training answers")
    prediction_url: str = Field(default="http://127.0.0.1:8300", description="where prediction answers")
    upstream_timeout: float = Field(default=30.0, gt=0, description="seconds to wait for a service's answer")
    max_upload: int = Field(default=10 * 1024 * 1024, gt=0, description="bytes that a picture may have")
    max_archive: int = Field(
        default=2**30, gt=0, description="bytes that an archive to take in may have; no more than ingestion takes"
    )
    outbox: Path | None = Field(
        default=None, description="where accepted readings wait for their delivery; <var>/gateway/outbox if unset"
    )
    erasures: Path | None = Field(
        default=None,
        description="a folder with the record of each erasure, to be kept apart from backups: what a restored backup "
        "brings back is erased again; <var>/erasures if unset",
    )
    outbox_limit: int = Field(
        default=1000, gt=0, description="readings that may wait; beyond it new ones are refused with 503"
    )
    proxies: Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_split)] = Field(
        default=(),
        description="the reverse proxies whose X-Forwarded-For is believed: addresses or networks, with commas between "
        "them; nobody's where unset",
    )
    target_seconds: float = Field(
        default=1.0,
        gt=0,
        description="within which a picture is to be read: as many are let in as keep to it, the others get 503",
    )
    delivery_seconds: float = Field(
        default=5, ge=0, description="how long a stop waits at most for accepted readings to be delivered"
    )
    rate: int = Field(default=3000, gt=0, description="requests that a caller may make in a minute")
    access_minutes: float = Field(default=15, gt=0, le=60, description="how long an access token is valid")
    refresh_days: float = Field(default=14, gt=0, description="how long an unused refresh token is valid")
    revocation_seconds: float = Field(
        default=5, gt=0, le=60, description="how often closed sessions are looked up, so that all replicas know"
    )
    answer_seconds: float = Field(
        default=600, gt=0, description="how long an answer is remembered for its Idempotency-Key"
    )
    lexicon_seconds: float = Field(
        default=5, ge=0, description="how long it is taken for granted which version a lexicon's name means"
    )
    vocabulary_seconds: float = Field(
        default=2,
        ge=0,
        description="how long it is taken for granted which vocabulary a person has; their own corrections through"
        " this gateway count at once",
    )
    vocabulary_patience: float = Field(
        default=0.5, gt=0, description="seconds that a reading waits to be told of a vocabulary, before it goes without"
    )
    admin_password: SecretStr | None = Field(
        default=None, description="makes the account `admin` with this password at the first start"
    )
    admin_password_file: Path | None = Field(
        default=None, description="a file that holds that password, in place of the variable"
    )

    mlflow_link: str | None = Field(default=None, description="where a browser finds MLflow, for the console's link")
    grafana_link: str | None = Field(default=None, description="where a browser finds Grafana, for the console's link")

    @property
    def outbox_directory(self) -> Path:
        """Where accepted readings wait."""
        return self.outbox or self.directory / "outbox"

    @property
    def erasures_directory(self) -> Path:
        """Where the record of each erasure lies."""
        return self.erasures or self.var / "erasures"

    def links(self) -> dict[str, str]:
        """Where other programs show their own pages, by name."""
        links = {"MLflow": self.mlflow_link, "Grafana": self.grafana_link}
        return {name: link for name, link in links.items() if link}

    def first_password(self) -> str | None:
        """The password of the first admin, where one is set."""
        if self.admin_password_file:
            return self.admin_password_file.read_text().strip()
        return self.admin_password.get_secret_value() if self.admin_password else None
