"""The reference pages show the whole API, each part once, and cost next to nothing to ask for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from unittest.mock import Mock
from urllib.parse import urlsplit

import pytest
from flask import Flask, template_rendered
from flask.testing import FlaskClient

from kimhub.core.api import OPENAPI_PATH, openapi_document
from kimhub.core.api.frame import _API
from tests.core.web.html import Element, parse

LARGEST_PAGE = 100_000
"""Bytes. Three times as much as today's API would still be read and sent quickly."""


def pages_of(client: FlaskClient) -> dict[str, Element]:
    """The index and every page it leads to."""
    index = parse(client.get("/schnittstelle").text)
    links = {urlsplit(link["href"]).path for link in index.one("nav", aria_label="Aufrufe").all("a")}
    return {path: parse(client.get(path).text) for path in ("/schnittstelle", *sorted(links))}


def calls_on(page: Element) -> list[tuple[str, str]]:
    methods = page.all(class_="kh-operation__method")
    return [(method.text, method.parent.one("code").text) for method in methods]


def test_the_index_leads_to_every_operation_on_the_page_of_its_group(client: FlaskClient) -> None:
    index = parse(client.get("/schnittstelle").text)
    assert [link["href"] for link in index.one("nav", aria_label="Aufrufe").all("a")] == [
        "/schnittstelle/planung",
        "/schnittstelle/planung#get-api-v1-plans-plan",
        "/schnittstelle/planung#post-api-v1-plans-calculate",
    ]
    page = parse(client.get("/schnittstelle/planung").text)
    assert page.one("h1").text == "Planung"
    article = page.one("article", id="post-api-v1-plans-calculate")
    assert article.one("h3").text == "Plan berechnen"
    assert article.one("code").text == "/api/v1/plans/calculate"
    assert "Berechtigung plans:calculate Anfrage Plan" in article.text
    assert "Antwort 422 Die Angaben sind fehlerhaft, ohne Inhalt" in article.text


def test_an_optional_member_says_so(client: FlaskClient) -> None:
    plan = parse(client.get("/schnittstelle/planung").text).one("article", id="objekt-Plan")
    assert "title Text. Titel." in plan.text
    assert "valid_until Datum wie 2021-05-01 oder null, kann fehlen." in plan.text


def test_a_group_that_does_not_exist_is_not_found(app: Flask) -> None:
    assert app.test_client().get("/schnittstelle/gibt-es-nicht").status_code == 404


def test_the_description_is_put_together_when_it_is_first_asked_for_by_several_at_once_once(
    app, cluster
) -> None:
    new = cluster.create_app("asked_for_nothing")
    spec = new.extensions[_API].spec
    assert spec.to_dict()["paths"] == {}
    with ThreadPoolExecutor(4) as threads:
        documents = list(threads.map(openapi_document, [new] * 4))
    assert documents == [openapi_document(app)] * 4
    assert len(documents[0]["paths"]) > 50


def test_a_description_that_fails_is_never_half_a_description(cluster, monkeypatch) -> None:
    new = cluster.create_app("asked_for_nothing")
    monkeypatch.setattr(new.extensions[_API].spec, "path", Mock(side_effect=ValueError("wrong")))
    for _ in ("first", "again"):
        with pytest.raises(ValueError, match="wrong"):
            openapi_document(new)


def test_the_applications_own_reference_shows_every_call_once(app: Flask) -> None:
    shown = [call for page in pages_of(app.test_client()).values() for call in calls_on(page)]
    described = {
        (method.upper(), path)
        for path, item in openapi_document(app)["paths"].items()
        for method in item
        if method != "parameters"
    }
    assert sorted(shown) == sorted(described)


def test_the_applications_own_reference_shows_every_schema_once_and_all_links_lead_somewhere(
    app: Flask,
) -> None:
    pages = pages_of(app.test_client())
    places = [
        f"{path}#{element['id']}"
        for path, page in pages.items()
        for element in page.walk()
        if element.get("id")
    ]
    objects = [place.partition("#objekt-")[2] for place in places if "#objekt-" in place]
    objects = [name for name in objects if not name.endswith("-name")]
    assert sorted(objects) == sorted(set(objects)), "an object is told twice"
    used = {link["href"] for page in pages.values() for link in page.one("main").all("a")}
    leading_here = {link for link in used if link.startswith("/schnittstelle") and "#" in link}
    assert leading_here <= set(places)
    assert {f"objekt-{name}" for name in objects} == {
        link.partition("#")[2] for link in leading_here if "#objekt-" in link
    }


def test_no_page_is_large(app: Flask) -> None:
    client = app.test_client()
    sizes = {path: len(client.get(path).data) for path in pages_of(client)}
    assert {path: size for path, size in sizes.items() if size > LARGEST_PAGE} == {}


@pytest.mark.parametrize("address", ["/schnittstelle", "/schnittstelle/zuwendungen"])
def test_what_a_page_says_is_drawn_once(app: Flask, address: str) -> None:
    """A visitor costs the frame of a page; a document with hundreds of operations is not put into words again."""
    client = app.test_client()
    first = client.get(address).text
    drawn: list[str] = []

    def note(_app: Flask, template, **_: object) -> None:
        drawn.append(template.name)

    pages = app.extensions["kimhub.api_reference"]
    reference = pages.reference
    with template_rendered.connected_to(note, app):
        assert client.get(address).text == first
    assert drawn == ["web/api_reference.html"]
    assert pages.reference is reference


def test_the_document_is_not_sent_to_who_has_it(app: Flask) -> None:
    client = app.test_client()
    first = client.get(OPENAPI_PATH)
    assert first.json == openapi_document(app)
    known = client.get(OPENAPI_PATH, headers={"If-None-Match": first.headers["ETag"]})
    assert (known.status_code, known.data) == (304, b"")
