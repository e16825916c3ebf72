"""`python -m services.training`: queue trainings, and say which model versions serve."""

from longhand.servicekit.server import serve
from services.training.app import create_app
from services.training.settings import TrainingSettings


def main() -> None:
    """Serve until SIGTERM."""
    settings = TrainingSettings()
    serve(lambda: create_app(settings), settings)


if __name__ == "__main__":
    main()
