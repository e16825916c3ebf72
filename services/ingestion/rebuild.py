"""`python -m services.ingestion.rebuild`: make the table of readings again from the journal alone."""

from longhand.samples.rebuilding import rebuild
from longhand.servicekit.state import migrate, open_engine
from services.ingestion.settings import IngestionSettings


def main() -> None:
    """Rebuild, and say how many readings there are. It may run beside the service, which waits for it."""
    engine = open_engine(IngestionSettings().state_url)
    try:
        migrate(engine, "services.ingestion")
        print(f"readings: {rebuild(engine):,}")
    finally:
        engine.dispose()


if __name__ == "__main__":
    main()
