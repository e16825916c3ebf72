"""The programs that make up the platform, and the environment of each."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from services.supervisor.settings import ROOT, SupervisorSettings


@dataclass(frozen=True)
class Program:
    """A child process to be: `ready` is the URL that answers 200 once it works, none where it serves nothing."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    ready: str | None = None


def platform(settings: SupervisorSettings, inherited: Mapping[str, str]) -> list[Program]:
    """Everything that `make run` starts; each child gets this environment, and the addresses of the others."""
    var = settings.var.resolve()
    shared = {**_pass_on(inherited), **_shared(settings, var)}
    return [
        _tracking(settings, var, inherited),
        _service("gateway", settings, shared),
        _service("ingestion", settings, shared),
        _worker("ingestion", shared),
        _service("training", settings, shared),
        _worker("training", shared),
        _service("prediction", settings, shared),
    ]


def _pass_on(inherited: Mapping[str, str]) -> dict[str, str]:
    """The certificate is for the gateway: the others talk on loopback."""
    return {name: value for name, value in inherited.items() if not name.startswith("LONGHAND_TLS_")}


def _shared(settings: SupervisorSettings, var: Path) -> dict[str, str]:
    """What every service gets; one computing thread each, as they share the cores (prediction sets its own)."""
    return {
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "LONGHAND_VAR": str(var),
        "LONGHAND_DEMO": "true" if settings.demonstrates else "false",
        "LONGHAND_PUBLIC_KEY": str(var / "keys" / "gateway.pub"),
        "LONGHAND_MLFLOW_URL": settings.url("mlflow"),
    }


def _public(settings: SupervisorSettings) -> dict[str, str]:
    """The environment of the gateway alone: it has the private key, the certificate and the others' addresses."""
    return {
        "LONGHAND_GATEWAY_HOST": settings.gateway_host,
        "LONGHAND_GATEWAY_METRICS_PORT": str(settings.port("gateway_metrics")),
        "LONGHAND_GATEWAY_PRIVATE_KEY": str(settings.var.resolve() / "keys" / "gateway.pem"),
        "LONGHAND_GATEWAY_MLFLOW_LINK": settings.url("mlflow"),
        **{
            f"LONGHAND_GATEWAY_{name.upper()}_URL": settings.url(name)
            for name in ("ingestion", "training", "prediction")
        },
        **({"LONGHAND_TLS_CERT": str(settings.tls_cert)} if settings.tls_cert else {}),
        **({"LONGHAND_TLS_KEY": str(settings.tls_key)} if settings.tls_key else {}),
    }


def _service(name: str, settings: SupervisorSettings, shared: Mapping[str, str]) -> Program:
    address = {f"LONGHAND_{name.upper()}_HOST": "127.0.0.1", f"LONGHAND_{name.upper()}_PORT": str(settings.port(name))}
    environment = {**shared, **address, **(_public(settings) if name == "gateway" else {})}
    return Program(name, (sys.executable, "-m", f"services.{name}"), environment, f"{settings.url(name)}/readyz")


def _worker(name: str, shared: Mapping[str, str]) -> Program:
    return Program(f"{name}-worker", (sys.executable, "-m", f"services.{name}.worker"), shared)


def _tracking(settings: SupervisorSettings, var: Path, inherited: Mapping[str, str]) -> Program:
    """MLflow's server in one process: `mlflow server` would keep a second one, as large, only to wait for it."""
    store = f"sqlite:///{var / 'mlflow' / 'mlflow.db'}"
    environment = {
        **inherited,
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "_MLFLOW_SERVER_FILE_STORE": store,
        "_MLFLOW_SERVER_REGISTRY_STORE": store,
        "_MLFLOW_SERVER_SERVE_ARTIFACTS": "true",
        "_MLFLOW_SERVER_ARTIFACT_ROOT": "mlflow-artifacts:/",
        "_MLFLOW_SERVER_ARTIFACT_DESTINATION": str(var / "mlflow" / "artifacts"),
        "OPENBLAS_NUM_THREADS": "1",
    }
    listen = ("--host", "127.0.0.1", "--port", str(settings.port("mlflow")), "--log-level", "warning")
    command = (sys.executable, "-m", "uvicorn", "mlflow.server.fastapi_app:app", *listen)
    return Program("mlflow", command, environment, f"{settings.url('mlflow')}/health")
