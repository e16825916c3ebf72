"""What can be set about the platform as one command starts it."""

import ssl
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[2]
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class SupervisorSettings(BaseSettings):
    """Where the platform keeps its state and which ports it takes; `port_offset` is added to every port."""

    model_config = SettingsConfigDict(env_prefix="LONGHAND_", populate_by_name=True)

    var: Path = Field(default=Path("var"), description="the directory of all mutable state")
    gateway_host: str = Field(default="127.0.0.1", description="the only address that is not always loopback")
    gateway_port: int = Field(default=8000, ge=1, le=65535, description="the API and the page")
    gateway_metrics_port: int = Field(default=8001, ge=1, le=65535, description="the gateway's metrics")
    ingestion_port: int = Field(default=8100, ge=1, le=65535)
    training_port: int = Field(default=8200, ge=1, le=65535)
    prediction_port: int = Field(default=8300, ge=1, le=65535)
    prediction_metrics_port: int | None = Field(default=None, ge=0, le=65535, description="prediction's own, if any")
    mlflow_port: int = Field(default=5000, ge=1, le=65535, description="MLflow, on loopback")
    port_offset: int = Field(default=0, ge=0, le=50_000, description="added to every port")
    training_source: Path = Field(default=ROOT, description="the checkout whose bundles are shipped")
    tls_cert: Path | None = Field(default=None, description="the gateway's certificate, as a PEM file")
    tls_key: Path | None = Field(default=None, description="its private key")
    demo: bool | None = Field(default=None, description="demonstration accounts; unset: on loopback only")
    supervisor_patience: float = Field(default=180, gt=0, description="seconds until everything must be ready")
    supervisor_grace: float = Field(default=20, gt=0, description="seconds that a child has to end by itself")

    def port(self, name: str) -> int:
        """The port of `gateway`, `gateway_metrics`, `ingestion`, `training`, `prediction` or `mlflow`."""
        return int(getattr(self, f"{name}_port")) + self.port_offset

    def url(self, name: str) -> str:
        """Where this machine reaches a service."""
        scheme = "https" if name == "gateway" and self.tls_cert else "http"
        return f"{scheme}://{self._address(name)}:{self.port(name)}"

    @property
    def prediction_metrics(self) -> str:
        """Where prediction's metrics are; the offset does not move a port that they have to themselves."""
        return f"http://127.0.0.1:{self.prediction_metrics_port or self.port('prediction')}/metrics"

    @property
    def demonstrates(self) -> bool:
        """Whether the demonstration accounts exist."""
        return self.gateway_host in LOOPBACK if self.demo is None else self.demo

    def trust(self) -> ssl.SSLContext | bool:
        """What makes the gateway trusted here: its own certificate, whatever name is in it."""
        if self.tls_cert is None:
            return True
        context = ssl.create_default_context(cafile=self.tls_cert)
        context.check_hostname = False
        return context

    def _address(self, name: str) -> str:
        host = self.gateway_host if name == "gateway" else "127.0.0.1"
        return {"0.0.0.0": "127.0.0.1", "::": "[::1]", "::1": "[::1]"}.get(host, host)
