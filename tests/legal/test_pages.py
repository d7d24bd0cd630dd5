"""The pages behind the footer's links."""

from __future__ import annotations

import re

import pytest

from kimhub.core.web.view import Frame
from tests.support.cluster import hang_up

PATHS = [Frame.imprint_url, Frame.privacy_url, Frame.accessibility_url, Frame.feedback_url]


@pytest.mark.parametrize("path", PATHS)
def test_every_link_of_the_footer_leads_somewhere_without_a_sign_in(app, path):
    page = app.test_client().get(path)
    assert page.status_code == 200
    assert len(re.findall(r"<h1", page.text)) == 1


def test_an_installation_that_nobody_answers_for_says_so(app):
    assert "KIMHUB_OPERATOR" in app.test_client().get("/impressum").text


def test_the_imprint_names_the_operator_and_the_contact(cluster, database):
    app = cluster.create_app(
        database,
        {
            "KIMHUB_OPERATOR": "Musterkreis | Kreishausplatz 1 | 12345 Musterstadt",
            "KIMHUB_CONTACT": "kim@muster.example",
        },
    )
    page = app.test_client().get("/impressum").text
    hang_up(app)
    assert "Musterkreis<br>Kreishausplatz 1<br>12345 Musterstadt" in re.sub(r"\s*\n\s*", "", page)
    assert "mailto:kim@muster.example" in page
    assert "KIMHUB_OPERATOR" not in page
