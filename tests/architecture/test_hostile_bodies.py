"""Whatever stands in a body, every address that takes one answers with a refusal: never a 500, never a long look."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from io import BytesIO
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from kimhub.core.request import LARGEST_TEXT, MOST_FIELDS
from kimhub.identity.link_pages import FORGOTTEN_PATH
from tenants import Permission, Role
from tests.support.acting import Acting, acting

METHODS = {"POST", "PUT", "PATCH", "DELETE"}
FORM = "application/x-www-form-urlencoded"
JSON: dict[str, tuple[bytes, int]] = {
    "deep lists": (b"[" * 100_000, 400),
    "deep objects": (b'{"a":' * 5_000, 400),
    "a number of 5,000 digits": (b'{"a":' + b"9" * 5_000 + b"}", 400),
    "not a number": (b'{"a":NaN}', 400),
    "half a surrogate": (b'{"a":"\\ud800"}', 400),
    "not UTF-8": (b'{"a":"\xff"}', 400),
    "70,000 keys": (json.dumps({f"k{number}": 1 for number in range(70_000)}).encode(), 413),
    "2,000 keys": (json.dumps({f"k{number}": 1 for number in range(2_000)}).encode(), 413),
    "20,000 elements": (b"[" + b"1," * 20_000 + b"1]", 413),
    "more than is read": (b'"' + b"a" * LARGEST_TEXT + b'"', 413),
}
"""Body and the status with which every address that reads JSON refuses it."""


def address(rule: Rule, slug: str) -> str:
    """An address of the rule; the things in it need not exist."""
    values = {
        name: slug if name == "slug" else 2026 if "int" in str(rule._converters[name].regex) else uuid4()
        for name in rule.arguments
    }
    return rule.build(values, append_unknown=False)[1]


@pytest.fixture(scope="module")
def somebody(app: Flask) -> Iterator[Acting]:
    with acting(app) as act:
        yield act


@pytest.fixture
def machine(somebody: Acting, district) -> Acting:
    """A machine client that may do everything, whoever acted in the test before."""
    everything = district.kreis.machine(*Permission)
    somebody.as_(everything)
    return somebody


@pytest.mark.parametrize("what", JSON)
def test_no_address_of_the_api_is_broken_by_json(app, machine, district, what):
    body, expected = JSON[what]
    read = 0
    for rule in app.url_map.iter_rules():
        for method in METHODS & (rule.methods or set()):
            if not rule.rule.startswith("/api/"):
                continue
            answer = machine.client.open(
                address(rule, district.kreis.slug), method=method, data=body,
                content_type="application/json", headers={"If-Match": '"x"', "Idempotency-Key": uuid4().hex},
            )  # fmt: skip
            assert answer.status_code < 500, f"{method} {rule.rule}: {answer.text}"
            assert answer.mimetype in {"application/problem+json", "application/json"}
            assert len(answer.data) < 20_000, "what is refused is not repeated at length"
            read += answer.status_code == expected
    assert read > 20, "most of them read a body"


HOSTILE_FORMS: dict[str, tuple[bytes, str]] = {
    "300,000 fields": (b"a=&" * 300_000, FORM),
    "more than a text may be": (b"a=" + b"x" * (LARGEST_TEXT + 1), FORM),
    "20 MB of fields": (b"a=&" * 6_600_000, FORM),
    "one field too many": (b"&".join([b"a="] * (MOST_FIELDS + 1)), FORM),
}


def post(app: Flask, path: str, body: bytes, kind: str, **headers: str) -> TestResponse:
    return app.test_client().post(
        path, data=body, content_type=kind, headers={"Sec-Fetch-Site": "same-origin", **headers}
    )


@pytest.mark.parametrize("what", HOSTILE_FORMS)
@pytest.mark.parametrize("path", ["/anmelden", FORGOTTEN_PATH, "/oauth/token"])
def test_a_form_of_a_stranger_is_refused_before_its_fields_are_counted_out(app, path, what):
    body, kind = HOSTILE_FORMS[what]
    answer = post(app, path, body, kind, Authorization="Basic eDp5")
    assert answer.status_code == 413, answer.text


def test_a_form_of_the_largest_size_is_read(app):
    fields = b"&".join(b"f%d=" % number for number in range(MOST_FIELDS))
    assert post(app, "/anmelden", fields, FORM).status_code == 403, "read, and refused for want of a token"


@pytest.mark.parametrize(
    ("eingaben", "weiter"),
    [("[" * 100_000, "/"), ('{"a":' * 5_000, "/"), ("9" * 5_000, "/"), ("[[1,2]]", "/"), ("nul", "/")],
)
def test_what_travels_with_the_sign_in_form_is_read_with_care(app, machine, eingaben, weiter):
    machine.as_(None)
    answer = machine.client.post("/anmelden", data={"eingaben": eingaben, "weiter": weiter, "email": "x"})
    assert answer.status_code == 422


@pytest.mark.parametrize("content", [b"[" * 2_900, b'{"a":' * 500, b"9" * 2_900])
def test_a_page_mark_is_read_with_care(machine, district, content):
    machine.as_(district.kreis.actor(Role.KI_COORDINATOR))
    mark = urlsafe_b64encode(content).decode().rstrip("=")
    page = machine.client.get(f"/t/{district.kreis.slug}/mittel/plaene?nach={mark}")
    assert page.status_code == 200, "people keep links: such a mark begins at the beginning"


class Unreadable(BytesIO):
    """A body that must not be touched."""

    def _refuse(self, *_: object) -> bytes:
        raise AssertionError("the body was read")

    read = readline = readinto = _refuse  # type: ignore[assignment]


FILES = "multipart/form-data; boundary=x"


@pytest.mark.parametrize(
    "case", [(FILES, LARGEST_TEXT + 1, 401), (FILES, None, 401), (FORM, LARGEST_TEXT + 1, 413)], ids=str
)
@pytest.mark.parametrize("path", ["/anmelden", "/oauth/token", FORGOTTEN_PATH])
def test_a_large_body_of_a_stranger_is_not_read(app, machine, path, case):
    kind, length, status = case
    machine.as_(None)
    said = (
        {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
        if length is None
        else {"CONTENT_LENGTH": str(length)}
    )
    answer = app.test_client().post(
        path, input_stream=Unreadable(), content_type=kind, headers={"Sec-Fetch-Site": "same-origin"},
        environ_overrides=said,
    )  # fmt: skip
    assert answer.status_code == status
    assert ("nur von angemeldeten Personen" in answer.text) is (status == 401)


def test_a_form_of_another_site_is_refused_by_its_header_alone(app):
    answer = app.test_client().post(
        "/anmelden", input_stream=Unreadable(), content_type=FORM, headers={"Origin": "https://evil.example"},
        environ_overrides={"CONTENT_LENGTH": "1000"},
    )  # fmt: skip
    assert answer.status_code == 403
