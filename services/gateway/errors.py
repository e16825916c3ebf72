"""What can go wrong at the gateway; the status comes from the class above it.

ServiceError
├── Unauthenticated        WrongPassword, RefreshInvalid, RefreshReused, KeyInvalid, SessionClosed
├── Forbidden              KeyNotEnough, WrongCurrentPassword
├── NotFound               UnknownUser, UnknownKey, UnknownSession, UnknownReading, UnknownJob, UnknownErasure
├── Conflict               NameTaken, LastAdmin, NotCorrected, CandidatesNeeded
├── Gone                   PictureGone
├── TooLarge               UploadTooLarge
├── Unsupported            UnsupportedBody
├── Invalid                BadBody, NotOneGlyph
├── RateLimited            TooManyRequests, TooManyAttempts
├── Unavailable            OutboxFull, OutboxUnwritable
├── UnsafeSettings         the gateway refuses to start
└── OutboxBusy             the gateway refuses to start
"""

from longhand.errors import LonghandError
from longhand.servicekit.errors import (
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    RateLimited,
    ServiceError,
    TooLarge,
    Unauthenticated,
    Unavailable,
    Unsupported,
)


class WrongPassword(Unauthenticated):
    """Name and password do not belong together."""

    code = "wrong_password"


class RefreshInvalid(Unauthenticated):
    """A refresh token that buys nothing."""

    code = "refresh_token_invalid"


class RefreshReused(Unauthenticated):
    """A spent refresh token came back; the session `session` of the account `name` is closed."""

    code = "refresh_token_reused"

    def __init__(self, name: str, session: str) -> None:
        super().__init__("This refresh token was used before, so its session is closed: sign in again.")
        self.name = name
        self.session = session


class KeyInvalid(Unauthenticated):
    """An API key that opens nothing."""

    code = "api_key_invalid"


class SessionClosed(Unauthenticated):
    """A token of a session that was closed."""

    code = "token_revoked"


class KeyNotEnough(Forbidden):
    """This needs a person, or an API key with another scope."""

    code = "api_key_not_enough"


class WrongCurrentPassword(Forbidden):
    """A person who changes their password gave another one as the present one."""

    code = "wrong_current_password"


class UnknownUser(NotFound):
    """No such account."""

    code = "unknown_user"


class UnknownKey(NotFound):
    """No such API key."""

    code = "unknown_api_key"


class UnknownSession(NotFound):
    """No such session of the caller that is open."""

    code = "unknown_session"


class UnknownReading(NotFound):
    """No such reading, or none that the caller may see."""

    code = "unknown_reading"


class UnknownJob(NotFound):
    """No such job."""

    code = "unknown_job"


class UnknownErasure(NotFound):
    """No such erasure, or none that the caller may see."""

    code = "unknown_erasure"


class NameTaken(Conflict):
    """An account of this name exists or existed."""

    code = "name_taken"


class LastAdmin(Conflict):
    """Nobody could administer after it."""

    code = "last_admin"


class CandidatesNeeded(Conflict):
    """A reading that was chosen from candidates, which have to be sent again."""

    code = "candidates_needed"


class PictureGone(Gone):
    """A reading whose picture is no longer kept."""

    code = "picture_gone"


class UploadTooLarge(TooLarge):
    """More bytes than a picture may have."""

    code = "too_large"


class UnsupportedBody(Unsupported):
    """A body of a media type that is not understood."""

    code = "unsupported_media_type"


class NotCorrected(Conflict):
    """A withdrawal where no correction stands."""

    code = "not_corrected"


class NotOneGlyph(Invalid):
    """A text of several characters for a picture that shows one."""

    code = "not_one_glyph"


class BadBody(Invalid):
    """A body that cannot be understood."""

    code = "bad_body"


class TooManyRequests(RateLimited):
    """More calls in a minute than a caller may make."""

    code = "rate_limited"


class TooManyAttempts(RateLimited):
    """Too many failed attempts to sign in."""

    code = "too_many_attempts"


class OutboxFull(Unavailable):
    """No more readings can be accepted until some are delivered."""

    code = "outbox_full"


class OutboxUnwritable(Unavailable):
    """The disk does not take the reading."""

    code = "outbox_unwritable"


class UnsafeSettings(ServiceError):
    """Settings under which the gateway refuses to start."""

    code = "unsafe_settings"


class OutboxBusy(ServiceError):
    """Another process holds the outbox."""

    code = "outbox_busy"


STATUS: dict[type[LonghandError], int] = {}
"""Nothing beside servicekit's own table: every class above has one of its classes for a parent."""
