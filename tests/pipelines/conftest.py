"""What the tests of the pipeline share."""

from collections.abc import Iterator

import pytest

from pipelines.recipe import TRACKING

NOBODY = "http://127.0.0.1:9"


@pytest.fixture(scope="session", autouse=True)
def unreported() -> Iterator[None]:
    """Trainings that are tests report to a server that is not there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(TRACKING, NOBODY)
        yield
