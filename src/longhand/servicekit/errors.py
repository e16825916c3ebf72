"""Errors that any service can raise, and what each means over HTTP.

ServiceError
├── Unauthenticated      401  no or no valid token
├── Forbidden            403  a valid token, but not the role for this
├── NotFound             404
├── MethodNotAllowed     405
├── Conflict             409  and KeyReused
├── Gone                 410
├── TooLarge             413
├── Unsupported          415
├── Invalid              422
├── RateLimited          429  with Retry-After
├── Unavailable          503  with Retry-After
└── UpstreamProblem           what another service answered, passed on as it is
"""

from collections.abc import Callable, Mapping
from typing import TypeVar
from weakref import WeakKeyDictionary

from longhand.contracts.problems import Problem
from longhand.errors import LonghandError


class ServiceError(LonghandError):
    """An error of the service rather than of the domain."""

    code = "service_error"


class Unauthenticated(ServiceError):
    """No token, or none that is valid here."""

    code = "unauthenticated"


class Forbidden(ServiceError):
    """The caller is known, and may not do this."""

    code = "forbidden"


class NotFound(ServiceError):
    """There is no such thing, or none that the caller may know of."""

    code = "not_found"


class MethodNotAllowed(ServiceError):
    """The path exists, the method does not; `allow` names those that do."""

    code = "method_not_allowed"

    def __init__(self, sentence: str, allow: str) -> None:
        super().__init__(sentence)
        self.allow = allow


class Conflict(ServiceError):
    """The state of things does not admit this now."""

    code = "conflict"


class KeyReused(Conflict):
    """An Idempotency-Key came with two different requests."""

    code = "idempotency_key_reused"


class Gone(ServiceError):
    """There was such a thing, and there is no longer."""

    code = "gone"


class TooLarge(ServiceError):
    """The request holds more bytes than the limit."""

    code = "too_large"


class Unsupported(ServiceError):
    """The request's media type is not one that is read here."""

    code = "unsupported_media_type"


class Invalid(ServiceError):
    """The request is understood, and wrong."""

    code = "invalid"


class RateLimited(ServiceError):
    """Too many requests; `retry_after` in seconds."""

    code = "rate_limited"

    def __init__(self, sentence: str, retry_after: int = 1) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class Unavailable(ServiceError):
    """Something that is needed for this is away; `retry_after` in seconds."""

    code = "unavailable"

    def __init__(self, sentence: str, retry_after: int = 5) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class UpstreamProblem(ServiceError):
    """A problem that another service answered with; it goes to the client with its own code and status."""

    code = "upstream_problem"

    def __init__(self, problem: Problem, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(problem.detail)
        self.problem = problem
        self.headers = dict(headers or {})


STATUS: dict[type[LonghandError], int] = {
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    MethodNotAllowed: 405,
    Conflict: 409,
    Gone: 410,
    TooLarge: 413,
    Unsupported: 415,
    Invalid: 422,
    RateLimited: 429,
    Unavailable: 503,
}


Function = TypeVar("Function", bound=Callable[..., object])


def status_of(kind: type[LonghandError], statuses: Mapping[type[LonghandError], int]) -> int:
    """The HTTP status of an error's class: that of its nearest base in the tables, 500 where neither names one."""
    table = {**STATUS, **statuses}
    return next((table[base] for base in kind.__mro__ if base in table), 500)


def raises(*kinds: type[LonghandError]) -> Callable[[Function], Function]:
    """Declares what a route or a dependency raises, so that the OpenAPI file names it wherever the function is used."""

    def declare(function: Function) -> Function:
        _declared[function] = kinds
        return function

    return declare


def declared(function: object) -> tuple[type[LonghandError], ...]:
    """What a route or a dependency was declared to raise."""
    return _declared.get(function, ())


_declared: WeakKeyDictionary[object, tuple[type[LonghandError], ...]] = WeakKeyDictionary()
