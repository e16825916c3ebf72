"""`python -m services.ingestion`: take in data sets and readings."""

from longhand.servicekit.server import serve
from services.ingestion.app import create_app
from services.ingestion.settings import IngestionSettings


def main() -> None:
    """Serve until SIGTERM."""
    settings = IngestionSettings()
    serve(lambda: create_app(settings), settings)


if __name__ == "__main__":
    main()
