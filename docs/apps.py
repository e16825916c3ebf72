"""The apps of all services, as the reference looks at them: wired as in earnest, their neighbours out of reach."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi import FastAPI

from longhand.inference import load
from longhand.registry.registry import Registry
from longhand.servicekit.keys import create_keys
from longhand.servicekit.metrics import Metrics
from services.gateway.app import create_app as gateway
from services.gateway.identity.passwords import Passwords
from services.gateway.settings import GatewaySettings
from services.ingestion.app import create_app as ingestion
from services.ingestion.settings import IngestionSettings
from services.prediction.app import create_app as prediction
from services.prediction.settings import PredictionSettings
from services.training.app import create_app as training
from services.training.settings import TrainingSettings

NOWHERE = "http://127.0.0.1:9"


@dataclass(frozen=True)
class Wired:
    """The apps by service name, and the private key by which tokens for them are made."""

    apps: Mapping[str, FastAPI]
    private_key: bytes
    states: Mapping[str, str]

    def metrics(self, service: str) -> Metrics:
        """What a service measures."""
        found: Any = next(
            one.kwargs["metrics"] for one in self.apps[service].user_middleware if "metrics" in one.kwargs
        )
        assert isinstance(found, Metrics)
        return found


@contextmanager
def wired() -> Iterator[Wired]:
    """All apps, over a folder that goes when they do."""
    with TemporaryDirectory() as folder:
        var = Path(folder)
        create_keys(var / "keys")
        urls: dict[str, Any] = {f"{name}_url": NOWHERE for name in ("ingestion", "training", "prediction")}
        shared: dict[str, Any] = {"var": var, "public_key": var / "keys" / "gateway.pub"}
        private = var / "keys" / "gateway.pem"
        for service in ("gateway", "ingestion", "training", "prediction"):
            (var / service).mkdir()
        training_settings = TrainingSettings(**shared, mlflow_url=NOWHERE)
        ingestion_settings = IngestionSettings(**shared)
        reading, quick = PredictionSettings(**shared), Passwords(memory_kib=32, rounds=1)
        yield Wired(
            {
                "gateway": gateway(GatewaySettings(**shared, private_key=private, demo=True, **urls), passwords=quick),
                "ingestion": ingestion(ingestion_settings),
                "training": training(training_settings),
                "prediction": prediction(reading, registry=Registry(NOWHERE), load=load),
            },
            private.read_bytes(),
            {"ingestion": ingestion_settings.state_url, "training": training_settings.state_url},
        )
