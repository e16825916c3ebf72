"""What the tests of the pipeline share."""

from collections.abc import Iterator

import pytest

from pipelines.tracking import VARIABLE

NOBODY = "http://127.0.0.1:9"


@pytest.fixture(scope="session", autouse=True)
def untold() -> Iterator[None]:
    """No training that is a test is told to a platform that happens to run on this machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, NOBODY)
        yield
