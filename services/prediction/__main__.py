"""`python -m services.prediction`: serve what the registry's records name."""

from longhand.inference import load
from longhand.registry.registry import Registry
from longhand.servicekit.server import serve
from services.prediction.app import create_app
from services.prediction.settings import PredictionSettings


def main() -> None:
    """Serve until SIGTERM."""
    settings = PredictionSettings()
    registry = Registry(settings.mlflow_url, timeout=5)
    serve(lambda: create_app(settings, registry=registry, load=load), settings)


if __name__ == "__main__":
    main()
