"""`python -m services.gateway`."""

import sys

from longhand.servicekit.errors import ServiceError
from longhand.servicekit.server import serve
from services.gateway.app import create_app
from services.gateway.settings import GatewaySettings


def main() -> None:
    """Serves until a signal asks it to stop; ends with a sentence and status 2 where it must not start."""
    settings = GatewaySettings()
    try:
        serve(lambda: create_app(settings), settings)
    except ServiceError as error:
        sys.exit(f"The gateway does not start. {error}")


if __name__ == "__main__":
    main()
