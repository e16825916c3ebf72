"""Numbers and texts that clients send have bounds, so that none is refused by a database first."""

from collections.abc import Iterator
from typing import Any

import pytest

from docs.apps import wired
from docs.routes import operations

LARGEST = 2**31 - 1
"""What a column of PostgreSQL's type `integer` holds."""


def unbounded(schema: dict[str, Any]) -> bool:
    """Whether a parameter may be a whole number beyond what a database keeps."""
    kinds = [one for one in schema.get("anyOf", [schema]) if one.get("type") == "integer"]
    return any(one.get("maximum", LARGEST + 1) > LARGEST for one in kinds)


@pytest.fixture(scope="module")
def parameters() -> Iterator[list[tuple[str, dict[str, Any]]]]:
    with wired() as everything:
        yield [
            (f"{service} {verb} {path} {one['name']}", one["schema"])
            for service, app in everything.apps.items()
            for verb, path, about in operations(app)
            for one in about.get("parameters", [])
        ]


def test_every_number_in_an_address_has_a_largest_value(parameters: list[tuple[str, dict[str, Any]]]) -> None:
    assert [name for name, schema in parameters if unbounded(schema)] == []
    assert len(parameters) > 20
