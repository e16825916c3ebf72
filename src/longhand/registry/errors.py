"""Errors of the registry.

RegistryError
├── RegistryUnavailable   the MLflow server is away, or in trouble
├── RegistryRefused       the MLflow server does not take what we sent
├── NotRegistered         no such model or version
└── StaleDeployment       a deployment record whose epoch is not higher than the one in force
"""

from longhand.errors import LonghandError


class RegistryError(LonghandError):
    """Something about the registry."""

    code = "registry_error"


class RegistryUnavailable(RegistryError):
    """The MLflow server is away, or in trouble; worth trying again."""

    code = "registry_unavailable"


class RegistryRefused(RegistryError):
    """The MLflow server does not take what we sent; trying again does not help."""

    code = "registry_refused"


class NotRegistered(RegistryError):
    """No such model or version."""

    code = "not_registered"


class StaleDeployment(RegistryError):
    """A deployment record whose epoch is not higher than the one in force."""

    code = "stale_deployment"
