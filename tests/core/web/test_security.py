"""The headers of every answer (OWASP ASVS 5.0 §3.4)."""

from __future__ import annotations

import pytest
from flask import Flask, Response, render_template_string
from flask.testing import FlaskClient
from jinja2 import UndefinedError

from kimhub.core.web import init_web
from kimhub.core.web.view import Frame


def policy(response: Response) -> dict[str, str]:
    return dict(part.split(" ", 1) for part in response.headers["Content-Security-Policy"].split("; "))


@pytest.mark.parametrize("path", ["/heute", "/fehler/404", "/fehler/500", "/gibt-es-nicht"])
def test_nothing_runs_or_loads_that_is_not_ours(client: FlaskClient, path: str) -> None:
    assert policy(client.get(path)) == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "object-src": "'none'",
    }


def test_the_other_headers_are_there(client: FlaskClient) -> None:
    headers = client.get("/heute").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert "HX-Request" in headers["Vary"]


def test_https_is_demanded_over_https_only(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/heute").headers
    secure = client.get("/heute", base_url="https://localhost").headers
    assert secure["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


def test_a_view_may_be_stricter() -> None:
    app = Flask(__name__)
    init_web(app)

    @app.get("/datei")
    def download() -> Response:
        return Response(b"", headers={"Content-Security-Policy": "sandbox; default-src 'none'"})

    assert app.test_client().get("/datei").headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_a_form_cannot_be_drawn_without_a_token() -> None:
    app = Flask(__name__)
    init_web(app, frame=lambda: Frame(tenant_name="Köln", sign_out_url="/abmelden"))

    @app.get("/")
    def page() -> str:
        return render_template_string('{% extends "web/base.html" %}')

    app.testing = True
    with pytest.raises(RuntimeError, match="csrf_token"):
        app.test_client().get("/")


def test_a_name_the_page_did_not_set_is_an_error() -> None:
    app = Flask(__name__)
    init_web(app)
    with app.test_request_context(), pytest.raises(UndefinedError):
        render_template_string("{{ vergessen }}")


def test_what_people_type_is_escaped() -> None:
    app = Flask(__name__)
    init_web(app)
    with app.test_request_context():
        page = render_template_string(
            '{% import "web/files.html" as files %}{{ files.visible_to(name) }}',
            name="<script>alert(1)</script>",
        )
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
