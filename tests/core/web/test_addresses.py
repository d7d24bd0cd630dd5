"""Addresses of every page are built once and stay right below another root and for another tenant."""

from __future__ import annotations

import pytest
from flask import Flask, url_for

from kimhub.core.web import addresses
from kimhub.core.web.addresses import known_url


@pytest.fixture
def app():
    app = Flask("sample")
    app.add_url_rule("/t/<slug>/mittel", "funds", lambda slug: slug)
    return app


@pytest.mark.parametrize("root", ["", "/kim"])
@pytest.mark.parametrize("slug", ["kreis-unna", "stadt köln"])
def test_a_remembered_address_is_the_one_that_would_be_built(app, root, slug):
    for _ in range(2):
        with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": root}):
            assert known_url("funds", slug=slug) == url_for("funds", slug=slug)


def test_no_more_addresses_are_remembered_than_allowed(app, monkeypatch):
    monkeypatch.setattr(addresses, "MOST", 3)
    with app.test_request_context("/"):
        urls = [known_url("funds", slug=f"kreis-{number}") for number in range(8)]
        assert urls == [f"/t/kreis-{number}/mittel" for number in range(8)]
        assert len(app.extensions["kimhub.addresses"]) <= 3
