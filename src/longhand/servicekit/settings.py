"""Settings that every service has; each adds its own with the prefix LONGHAND_<SERVICE>_."""

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


def _public_key(data: Mapping[str, object]) -> Path:
    return Path(str(data.get("var", "var"))) / "keys" / "gateway.pub"


class ServiceSettings(BaseSettings):
    """The settings of every service; a subclass sets `service`, `port` and `env_prefix="LONGHAND_<SERVICE>_"`."""

    model_config = SettingsConfigDict(populate_by_name=True)
    service: ClassVar[str] = "service"

    var: Path = Field(default=Path("var"), validation_alias="LONGHAND_VAR", description="where all mutable state lies")
    public_key: Path = Field(
        default_factory=_public_key,
        validation_alias="LONGHAND_PUBLIC_KEY",
        description="the gateway's public keys, by which its tokens are checked, a file or a folder; "
        "<var>/keys/gateway.pub where unset",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO",
        validation_alias="LONGHAND_LOG_LEVEL",
        description="the least severe message that is logged",
    )
    demo: bool = Field(
        default=False,
        validation_alias="LONGHAND_DEMO",
        description="whether the demonstration accounts exist; on loopback only",
    )
    tls_cert: Path | None = Field(
        default=None,
        validation_alias="LONGHAND_TLS_CERT",
        description="the certificate chain to serve with, PEM",
    )
    tls_key: Path | None = Field(
        default=None, validation_alias="LONGHAND_TLS_KEY", description="the certificate's private key, PEM"
    )
    host: str = Field(default="127.0.0.1", description="the address to listen on")
    port: int = Field(default=8000, ge=0, le=65535, description="the port to listen on")
    state_url: str = Field(
        default="", description="the service's database; sqlite:///<var>/<service>/state.db where unset"
    )
    metrics_port: int | None = Field(
        default=None,
        ge=0,
        le=65535,
        description="a port of its own for /metrics, which then leaves the other one",
    )
    metrics_host: str = Field(default="127.0.0.1", description="the address on which that port listens")
    drain_seconds: float = Field(
        default=0.0,
        ge=0,
        validation_alias="LONGHAND_DRAIN_SECONDS",
        description="how long a service goes on serving after a stop is asked for, while /readyz fails already: "
        "longer than a balancer needs to notice",
    )
    head_seconds: float = Field(
        default=30.0,
        gt=0,
        validation_alias="LONGHAND_HEAD_SECONDS",
        description="seconds within which the head of a request must come",
    )
    head_bytes: int = Field(
        default=65_536,
        ge=1024,
        validation_alias="LONGHAND_HEAD_BYTES",
        description="bytes that the head of a request may have",
    )
    body_seconds: float = Field(
        default=60.0,
        gt=0,
        validation_alias="LONGHAND_BODY_SECONDS",
        description="seconds within which the body of a request must grow by 16 KB or end",
    )

    @property
    def directory(self) -> Path:
        """Where this service keeps its files: <var>/<service>."""
        return self.var / self.service

    @model_validator(mode="after")
    def _fill(self) -> Self:
        self.state_url = self.state_url or f"sqlite:///{self.directory}/state.db"
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("LONGHAND_TLS_CERT and LONGHAND_TLS_KEY belong together: set both or neither")
        return self


class JobSettings(ServiceSettings):
    """The settings of a service with jobs."""

    lease: float = Field(
        default=15.0,
        gt=0,
        description="seconds without a heartbeat after which a running job is queued again",
    )

    @property
    def jobs_directory(self) -> Path:
        """Where each attempt at a job has a folder while it runs: <var>/<service>/jobs."""
        return self.directory / "jobs"
