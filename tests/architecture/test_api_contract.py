"""One API contract (ADR 22), held over the OpenAPI description: who knows one operation knows all of them.

Nothing here is a list of operations. A new one that leaves out what all others have is found by its own description.
"""

from __future__ import annotations

import re
from copy import deepcopy
from uuid import uuid4

import pytest

from kimhub.core.api import openapi_document
from tenants import Role
from tests.support.acting import acting

CHANGED = {"404", "409", "412", "428"}
"""How a change of an existing thing may be refused."""


def operations(document):
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in {"get", "post", "put", "delete"}:
                named = [*item.get("parameters", ()), *operation.get("parameters", ())]
                yield method, path, operation, {(one["in"], one["name"]): one for one in named}


def resolved(document, schema):
    return document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema


def answers(document, operation):
    """Yield status, answer and schema of each success."""
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            for content in answer.get("content", {}).values():
                yield answer, resolved(document, content.get("schema", {}))


def stores(operation):
    """Tell whether the operation needs more than a right to read."""
    return any(not scope.endswith(":read") for way in operation["security"] for scope in way["oauth2"])


def breaches(document):
    """Return what breaks the contract, one line each."""
    return [
        f"{method.upper()} {path}: {breach}"
        for method, path, operation, parameters in operations(document)
        for rule in (of_making, of_changing, of_rows)
        for breach in rule(document, method, path, operation, parameters)
    ]


def of_making(_document, method, path, operation, parameters):
    if method == "post" and stores(operation) and ("header", "Idempotency-Key") not in parameters:
        yield "no Idempotency-Key"
    if "{" in path and "404" not in operation["responses"]:
        yield "does not describe 404"


def of_changing(document, method, path, operation, parameters):
    if method == "get" or "{" not in path:
        return
    if not parameters.get(("header", "If-Match"), {}).get("required"):
        yield "no If-Match"
    if missing := CHANGED - set(operation["responses"]):
        yield f"does not describe {sorted(missing)}"
    if any("ETag" not in answer.get("headers", {}) for answer, _ in answers(document, operation)):
        yield "its answer has no ETag"


def of_rows(document, method, _path, operation, parameters):
    for _, schema in answers(document, operation):
        members = schema.get("properties", {})
        rows = {
            name for name, member in members.items()
            if resolved(document, member.get("items", {})).get("type") == "object"
        }  # fmt: skip
        if method == "get" and "id" not in members and len(rows) == 1 and rows != {"items"}:
            yield f"rows are called {rows.pop()}"
        paged = {one for one in ("cursor", "limit") if ("query", one) in parameters}
        if len(paged) == 1 or ("next_cursor" in members) != bool(paged):
            yield "next_cursor, cursor and limit belong together"
        if "next_cursor" in members and "items" not in members:
            yield "a page without items"


def test_every_operation_keeps_the_contract(app):
    assert breaches(openapi_document(app)) == []


def without_key(item):
    item["post"]["parameters"] = [
        one for one in item["post"]["parameters"] if one["name"] != "Idempotency-Key"
    ]


def without_if_match(item):
    item["put"]["parameters"] = [one for one in item["put"]["parameters"] if one["name"] != "If-Match"]


def without_412(item):
    del item["put"]["responses"]["412"]


def without_etag(item):
    del item["put"]["responses"]["200"]["headers"]


def without_limit(item):
    item["get"]["parameters"] = [one for one in item["get"]["parameters"] if one["name"] != "limit"]


@pytest.mark.parametrize(
    ("path", "fault", "named"),
    [
        ("/api/v1/plans", without_key, "POST /api/v1/plans: no Idempotency-Key"),
        ("/api/v1/plans/{plan_id}", without_if_match, "PUT /api/v1/plans/{plan_id}: no If-Match"),
        ("/api/v1/plans/{plan_id}", without_412, "PUT /api/v1/plans/{plan_id}: does not describe ['412']"),
        ("/api/v1/plans/{plan_id}", without_etag, "PUT /api/v1/plans/{plan_id}: its answer has no ETag"),
        ("/api/v1/plans", without_limit, "GET /api/v1/plans: next_cursor, cursor and limit belong together"),
    ],
)
def test_each_breach_is_noticed(app, path, fault, named):
    document = deepcopy(openapi_document(app))
    fault(document["paths"][path])
    assert breaches(document) == [named]


def test_rows_under_another_name_are_noticed(app):
    document = deepcopy(openapi_document(app))
    page = document["components"]["schemas"]["PlanPage"]["properties"]
    page["plans"] = page.pop("items")
    assert breaches(document) == [
        "GET /api/v1/plans: rows are called plans",
        "GET /api/v1/plans: a page without items",
    ]


def test_no_operation_takes_a_parameter_that_it_does_not_describe(ctx, district):
    with acting(ctx) as stand_in:
        client = stand_in.as_(district.kreis.actor(*Role))
        tried = 0
        for method, path, _, _ in operations(openapi_document(ctx)):
            number_or_id = re.sub(r"\{(\w+)\}", lambda one: "1" if one[1] == "number" else str(uuid4()), path)
            answer = client.open(
                number_or_id, method=method.upper(), query_string={"unbekannt": "1"}, json={}
            )
            assert answer.status_code == 422, (method, path, answer.text)
            assert {"field": "unbekannt", "message": "Diesen Parameter gibt es nicht."} in answer.json[
                "errors"
            ]
            tried += 1
        assert tried > 60
