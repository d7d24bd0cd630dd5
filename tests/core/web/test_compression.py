"""Pages travel compressed, and no length of theirs tells a secret."""

from __future__ import annotations

import gzip

import pytest
from flask import Flask, Response, render_template_string
from flask.testing import FlaskClient

from kimhub.core.secret import Secret
from kimhub.core.web import init_web
from kimhub.core.web.compression import LARGEST_FILLER, LEAST, compressed

WANTED = {"Accept-Encoding": "gzip, br"}
LONG = "Seite " * LEAST


@pytest.fixture(scope="module")
def app() -> Flask:
    app = Flask(__name__)
    init_web(app)
    pages = {
        "lang": lambda: LONG,
        "kurz": lambda: "kurz",
        "geheim": lambda: render_template_string(
            "{{ long }} {{ secret }}", long=LONG, secret=Secret("wortwort")
        ),
        "verwahrt": lambda: render_template_string(
            "{{ long }} {{ secret|length }}", long=LONG, secret=Secret("x")
        ),
        "datei": lambda: Response(LONG, mimetype="text/csv"),
        "json": lambda: Response(f'"{LONG}"', mimetype="application/json"),
        "gepackt": lambda: Response(gzip.compress(LONG.encode()), headers={"Content-Encoding": "gzip"}),
        "strom": lambda: Response(iter([LONG]), mimetype="text/html"),
        "marke": lambda: Response(LONG, mimetype="text/html", headers={"ETag": '"x"'}),
    }
    for name, page in pages.items():
        app.add_url_rule(f"/{name}", name, page)
    return app


@pytest.fixture
def plain(app: Flask) -> FlaskClient:
    return app.test_client()


def test_a_page_comes_compressed_where_that_is_wanted_and_is_the_same(plain):
    packed = plain.get("/lang", headers=WANTED)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(LONG) / 4
    assert gzip.decompress(packed.data).decode() == LONG
    for wanted in ({}, {"Accept-Encoding": "br"}, {"Accept-Encoding": "gzip;q=0"}):
        answer = plain.get("/lang", headers=wanted)
        assert "Content-Encoding" not in answer.headers
        assert answer.text == LONG
        assert "Accept-Encoding" in answer.headers["Vary"], "caches must keep both apart"


@pytest.mark.parametrize("page", ["kurz", "datei", "json", "strom", "geheim"])
def test_what_gains_nothing_or_holds_a_secret_stays_as_it_is(plain, page):
    assert "Content-Encoding" not in plain.get(f"/{page}", headers=WANTED).headers


def test_a_secret_that_is_not_drawn_hinders_nothing(plain):
    assert plain.get("/verwahrt", headers=WANTED).headers["Content-Encoding"] == "gzip"


def test_what_is_compressed_already_is_not_compressed_twice(plain):
    assert gzip.decompress(plain.get("/gepackt", headers=WANTED).data).decode() == LONG


def test_a_tag_becomes_weak_because_the_bytes_differ(plain):
    assert plain.get("/marke", headers=WANTED).headers["ETag"] == 'W/"x"'
    assert plain.get("/marke").headers["ETag"] == '"x"'


def test_the_head_of_a_page_tells_the_same(plain):
    answer = plain.head("/lang", headers=WANTED)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.data == b""


def test_the_length_of_one_page_varies():
    lengths = {len(compressed(LONG.encode())) for _ in range(200)}
    assert len(lengths) > 20
    assert max(lengths) - min(lengths) <= LARGEST_FILLER


def test_a_secret_is_a_text_that_does_not_show_itself_by_accident(app):
    secret = Secret("wort<wort")
    assert secret == "wort<wort"
    assert f"{secret}" == "wort<wort"
    assert "wort" not in repr([secret])
    with app.test_request_context():
        assert render_template_string("{{ secret }}", secret=secret) == "wort&lt;wort"
    assert str(secret.__html__()) == "wort&lt;wort", "also where there is no request, as in a mail"
