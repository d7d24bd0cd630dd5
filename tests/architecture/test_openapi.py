"""The API does what its OpenAPI description says: generated requests, right and wrong, to every operation.

Whatever is sent, no answer is a server error, every status and body is described, and refusals are problem+json.
The one check left out says that what breaks the schema must be refused: amounts and dates are also taken as
people type them, which is more than the description promises.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from kimhub.core.api import OPENAPI_PATH
from tenants import Role
from tests.support.acting import acting
from tests.support.examples import examples

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
)


@pytest.fixture
def described(ctx: Flask, district) -> Iterator[schemathesis.BaseSchema]:
    """The API as a member of a Gemeinde with every role uses it; what a request changes is rolled back."""
    with acting(ctx) as stand_in:
        stand_in.as_(district.gemeinde.actor(*Role))
        yield schemathesis.openapi.from_wsgi(OPENAPI_PATH, ctx)


def test_every_operation_answers_as_described(described):
    tried = []
    for found in described.get_all_operations():
        operation = found.ok()
        tried.append(operation.label)

        @settings(
            max_examples=examples(20),
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        )
        @given(case=operation.as_strategy())
        def answers_as_described(case):
            case.call_and_validate(checks=CHECKS)

        answers_as_described()
    assert len(tried) >= 5, tried


def test_the_description_is_openapi_3_1_and_names_every_route_of_the_api(app):
    document = app.test_client().get(OPENAPI_PATH).json
    assert document["openapi"].startswith("3.1")
    described = set(document["paths"])
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1/") and rule.endpoint != "openapi":
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
            assert path in described, path
