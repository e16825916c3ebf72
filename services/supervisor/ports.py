"""Whether the ports are free, said before anything starts."""

import socket

from longhand.errors import LonghandError
from services.supervisor.settings import SupervisorSettings

NAMES = ("gateway", "gateway_metrics", "ingestion", "training", "prediction", "mlflow")


class PortTaken(LonghandError):
    """Another program listens where a child wants to."""

    code = "port_taken"


def check_ports(settings: SupervisorSettings) -> None:
    """Raises PortTaken for the first port that cannot be had."""
    for name in NAMES:
        host = settings.gateway_host if name == "gateway" else "127.0.0.1"
        if not free(host, settings.port(name)):
            raise PortTaken(
                f"Port {settings.port(name)} is taken, and {name.replace('_', ' ')} wants it. Stop what listens there, "
                f"set LONGHAND_{name.upper()}_PORT to another port, or LONGHAND_PORT_OFFSET to move all of them."
            )


def free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
