"""Errors as clients see them (RFC 9457, problem details)."""

from pydantic import BaseModel


class Problem(BaseModel):
    """A problem+json body: `code` is stable, `detail` is a sentence for a person."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    request_id: str | None = None
    errors: list[dict[str, object]] | None = None
