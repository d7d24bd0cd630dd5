"""An error page cannot fail, and what was asked under a name that is not ours is refused without an echo."""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from kimhub.core import errors
from kimhub.core.web.frame import FRAME
from kimhub.core.web.plain import PLAIN_POLICY, plain_page

PAGE, API = "/anmelden", "/api/v1/plans"
FOREIGN = [
    "evil.example", "192.0.2.7", "", "[", "[::1", "a:b:c", "ä", "a b", '"><script>', "localhost:99999",
    "localhost:" + "9" * 5000, "localhost.evil.example", "evil.example:80@localhost", "x" * 5000, ".",
]  # fmt: skip


def asked(app, path: str, host: str, **more: Any):
    return app.test_client().open(path, headers={"Host": host, **more.pop("headers", {})}, **more)


@pytest.mark.parametrize("host", FOREIGN)
def test_a_name_that_is_not_ours_gets_a_clean_refusal(app, caplog, host):
    with capture_logs() as log:
        for path in (PAGE, "/", "/gibt-es-nicht", "/healthz", "/assets/x/kimhub.css"):
            answer = asked(app, path, host)
            assert answer.status_code == 400
            assert "<h1>Unter dieser Adresse gibt es hier nichts</h1>" in answer.text
            assert answer.headers["Content-Security-Policy"] == PLAIN_POLICY
            assert answer.headers["Cache-Control"] == "no-store"
        fragment = asked(app, PAGE, host, headers={"HX-Request": "true"})
        assert (fragment.status_code, fragment.mimetype) == (400, "text/html")
        for path, method in ((API, "GET"), ("/oauth/token", "POST"), (PAGE, "POST")):
            answer = asked(app, path, host, method=method)
            assert answer.status_code == 400
            if path != PAGE:
                assert answer.mimetype == "application/problem+json"
                assert answer.json["code"] == "unknown-host"
            assert len(host) < 3 or host not in answer.text
    assert caplog.records == []
    assert {entry["event"] for entry in log} == {"request"}, "no traceback, no line of its own"
    assert len(host) < 3 or host not in repr(log), "the name is a stranger's text and never logged"


def test_our_own_names_are_told(app):
    assert app.extensions["kimhub.settings"].base_url in asked(app, PAGE, "192.0.2.7").text


def broken(*_: object, **__: object) -> Any:
    raise RuntimeError("planted")


def test_an_error_page_is_drawn_without_the_frame_where_that_is_what_fails(app, monkeypatch):
    monkeypatch.setitem(app.extensions, FRAME, broken)
    with capture_logs() as log:
        answer = app.test_client().get("/gibt-es-nicht")
    assert answer.status_code == 404
    assert "Nicht gefunden" in answer.text
    assert "kern-body" in answer.text, "still a page of the portal"
    assert [entry["error"] for entry in log if entry["event"] == "unexpected"] == ["RuntimeError"]


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "fragment"])
def test_an_error_page_is_drawn_without_any_template_where_none_works(app, monkeypatch, headers):
    monkeypatch.setattr(errors, "render_template", broken)
    answer = app.test_client().get("/gibt-es-nicht", headers=headers)
    assert answer.status_code == 404
    assert "<h1>Nicht gefunden</h1>" in answer.text
    assert answer.headers["Content-Security-Policy"] == PLAIN_POLICY


@pytest.mark.parametrize("hook", ["before_request_funcs", "after_request_funcs"])
@pytest.mark.parametrize("path", [PAGE, API])
def test_a_hook_that_fails_is_a_500_like_any_other_and_its_address_is_not_logged(
    app, monkeypatch, hook, path
):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    hooks = getattr(app, hook)
    monkeypatch.setitem(hooks, None, [*hooks[None], broken])
    try:
        with capture_logs() as log:
            answer = app.test_client().get(f"{path}?suche=Erika")
    finally:
        app.config["PROPAGATE_EXCEPTIONS"] = None
    assert answer.status_code == 500
    assert "Es ist ein Fehler aufgetreten" in answer.text.encode().decode(
        "unicode_escape" if path == API else "utf-8"
    )
    assert "Erika" not in repr(log)
    assert [entry["event"] for entry in log if entry["log_level"] == "error"][:1] == ["unexpected"]


def test_the_plainest_page_escapes_what_it_is_given():
    page = plain_page("<b>", '"&')
    assert "<b>" not in page
    assert "&lt;b&gt;" in page
    assert "&#34;&amp;" in page
