"""From which address a request comes, also behind proxies that are known."""

import ipaddress
from collections.abc import Sequence

from fastapi import Request

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
UNKNOWN = "unknown"


class Addresses:
    """Believes X-Forwarded-For from `proxies` alone, and only what is an address.

    Each proxy adds at the end of the header whom it heard, so the list is read from its end: the first address that
    is no proxy's is the client's, and what stands before it is the client's own claim.
    """

    def __init__(self, proxies: Sequence[Network] = ()) -> None:
        self._proxies = tuple(proxies)

    def of(self, request: Request) -> str:
        """The client's address; the address of the nearest proxy where the header says nothing that holds."""
        peer = request.client.host if request.client else UNKNOWN
        address = _parse(peer)
        if address is None:
            return peer
        for named in reversed(_named(request)):
            if not self._is_proxy(address):
                break
            if (heard := _parse(named)) is None:
                break
            address = heard
        return str(address)

    def _is_proxy(self, address: Address) -> bool:
        return any(address in network for network in self._proxies)


def _named(request: Request) -> list[str]:
    values = request.headers.getlist("x-forwarded-for")
    return [name.strip() for value in values for name in value.split(",")]


def _parse(name: str) -> Address | None:
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
