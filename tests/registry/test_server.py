"""An MLflow server of one's own."""

from contextlib import closing
from pathlib import Path

import pytest

from longhand.registry.errors import RegistryUnavailable
from longhand.registry.registry import Registry
from longhand.registry.server import answers, serving


def test_a_server_works_for_as_long_as_it_is_needed(tmp_path: Path) -> None:
    with serving(tmp_path / "mlflow") as url:
        assert answers(url)
        with closing(Registry(url)) as registry:
            assert registry.names() == []
    assert not answers(url)
    assert (tmp_path / "mlflow" / "mlflow.db").exists()


def test_a_server_that_does_not_start_in_time_is_told_with_its_log(tmp_path: Path) -> None:
    with pytest.raises(RegistryUnavailable, match=r"server\.log"), serving(tmp_path, patience=0.01):
        pass
