"""Every operation of every service answers what its OpenAPI description says, whatever it is asked.

schemathesis makes the requests from the descriptions: valid ones, and ones with a part that is not.
"""

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from longhand.contracts.accounts import Role
from tests.conformance.house import SERVICES, House, running_house
from tests.databases import postgres

PROMISES = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
schemathesis.serializer.alias("application/zip", "application/octet-stream")


def ask(house: House, service: str, role: Role, cases: int) -> dict[str, str]:
    """What each operation answered that it should not have, after so many cases of each."""
    schema = schemathesis.openapi.from_dict(house.apps[service].openapi())
    broken: dict[str, str] = {}
    with requests.Session() as session:
        session.headers.update(house.headers(service, role))
        for found in schema.get_all_operations():
            operation = found.ok()
            strategy = hypothesis.strategies.one_of(*(operation.as_strategy(mode) for mode in MODES))

            @hypothesis.settings(
                max_examples=cases,
                deadline=None,
                database=None,
                derandomize=True,
                suppress_health_check=list(HealthCheck),
                phases=[hypothesis.Phase.generate],
            )
            @hypothesis.given(case=strategy)
            def check(case: schemathesis.Case) -> None:
                response = case.call(base_url=house.url(service), session=session, timeout=30)
                if not unavailable(response):
                    case.validate_response(response, checks=PROMISES)

            try:
                check()
            except (Exception, FailureGroup) as error:
                broken[operation.label] = str(error)
    return broken


def unavailable(response: schemathesis.Response) -> bool:
    """Whether a documented 503 came, with the time to wait: a neighbour is away here, and the answer says so."""
    return response.status_code == 503 and "retry-after" in response.headers


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running_house(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.mark.parametrize("service", SERVICES)
def test_a_few_requests_to_each_operation_are_answered_as_described(house: House, service: str) -> None:
    assert ask(house, service, Role.ADMIN, 3) == {}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def provided(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, mlflow_url: str
) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("provided")
    if request.param == "sqlite":
        with running_house(folder, mlflow=mlflow_url) as house:
            yield house
        return
    with postgres() as url, running_house(folder, url, mlflow_url) as house:
        yield house


@pytest.mark.prove
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("service", SERVICES)
def test_fifty_requests_of_each_role_to_each_operation_are_answered_as_described(
    provided: House, service: str, role: Role
) -> None:
    assert ask(provided, service, role, 50) == {}
