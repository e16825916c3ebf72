"""The accounts that exist from the start, and the refusal to start with passwords that everybody knows."""

import contextlib
import ipaddress
import logging

from longhand.contracts.accounts import Role
from services.gateway.errors import NameTaken, UnsafeSettings
from services.gateway.identity.users import Users
from services.gateway.settings import GatewaySettings

DEMONSTRATION = {
    "user1": ("1resu", Role.USER),
    "reviewer1": ("1reweiver", Role.REVIEWER),
    "admin1": ("1nimda", Role.ADMIN),
}
FIRST = "admin"
SHORTEST = 12

log = logging.getLogger(__name__)


def check_settings(settings: GatewaySettings) -> None:
    """Raises UnsafeSettings for demonstration accounts off loopback, and for a first password that is no secret."""
    if settings.demo and not _is_loopback(settings.host):
        raise UnsafeSettings(
            f"LONGHAND_DEMO makes accounts with known passwords, and {settings.host} is not loopback: "
            "unset LONGHAND_DEMO, or listen on 127.0.0.1."
        )
    password = settings.first_password()
    known = {secret for secret, _ in DEMONSTRATION.values()}
    if password is not None and (len(password) < SHORTEST or password in known):
        raise UnsafeSettings(
            f"LONGHAND_GATEWAY_ADMIN_PASSWORD is known or shorter than {SHORTEST} characters: choose another."
        )


def create_accounts(settings: GatewaySettings, users: Users) -> None:
    """Makes the accounts that the settings ask for, where they are missing.

    Raises UnsafeSettings where a demonstration account still has its known password outside the demonstration.
    """
    if settings.demo:
        for name, (password, role) in DEMONSTRATION.items():
            _create(users, name, password, role)
    else:
        _refuse_known(users)
    if first := settings.first_password():
        _create(users, FIRST, first, Role.ADMIN)
    if not users.page(1).items:
        log.warning("Nobody can sign in: set LONGHAND_GATEWAY_ADMIN_PASSWORD to make the account %s.", FIRST)


def _create(users: Users, name: str, password: str, role: Role) -> None:
    if not users.exists(name):
        with contextlib.suppress(NameTaken):  # another replica was faster
            users.add(name, password, role)


def _refuse_known(users: Users) -> None:
    for name, (password, _) in DEMONSTRATION.items():
        if users.knows_password(name, password):
            raise UnsafeSettings(
                f"The account {name} has the known password of the demonstration: set LONGHAND_DEMO on loopback "
                "and change or delete it, or start with an empty database."
            )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
