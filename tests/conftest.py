"""What tests of several folders share."""

from collections.abc import Iterator

import pytest

from tests.mlflow import mlflow_server


@pytest.fixture(scope="session")
def mlflow_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One real MLflow server for the whole session; tests keep apart by the names of their models."""
    with mlflow_server(tmp_path_factory.mktemp("mlflow")) as url:
        yield url
