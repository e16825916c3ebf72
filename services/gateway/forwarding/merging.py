"""The jobs of several services as one list."""

from collections.abc import Mapping

from longhand.contracts.jobs import Job
from longhand.contracts.paging import Page
from longhand.servicekit.errors import Invalid

END = "."


def read_cursor(cursor: str | None, services: tuple[str, ...]) -> dict[str, str | None]:
    """Where each service's list goes on: behind an id, at its beginning (None) or not at all (END).

    A cursor names the last job shown of each service, with `~` between. Raises Invalid.
    """
    if cursor is None:
        return dict.fromkeys(services)
    places = cursor.split("~")
    if len(places) != len(services):
        raise Invalid("This cursor is not one that GET /jobs gave: begin without one.")
    return {service: place or None for service, place in zip(services, places, strict=True)}


def merge(pages: Mapping[str, Page[Job]], places: Mapping[str, str | None], limit: int) -> Page[Job]:
    """The newest `limit` jobs of all pages; `places` is where those pages began."""
    found = [(job, service) for service, page in pages.items() for job in page.items]
    found.sort(key=lambda pair: pair[0].created_at, reverse=True)
    shown = found[:limit]
    cursor = {service: _place(service, shown, pages.get(service), place) for service, place in places.items()}
    more = any(place != END for place in cursor.values())
    return Page(
        items=[job for job, _ in shown],
        next="~".join(place or "" for place in cursor.values()) if more else None,
    )


def _place(service: str, shown: list[tuple[Job, str]], page: Page[Job] | None, began: str | None) -> str | None:
    mine = [job.id for job, owner in shown if owner == service]
    if page is None or (page.next is None and len(mine) == len(page.items)):
        return END
    return mine[-1] if mine else began
