"""The main navigation: only what a role uses, in the portal's order, with the area one is in."""

from __future__ import annotations

import pytest
from flask import Flask

from kimhub.core.web.navigation import add_area, areas_of, navigation_for
from tenants import Permission, Role
from tests.factories.tenants import Body, TenantKind

BODY = Body(1, "Musterstadt", "musterstadt", TenantKind.GEMEINDE, 2, False)


@pytest.fixture
def portal():
    app = Flask("portal")
    for endpoint, rule in (
        ("heute", "/t/<slug>/"),
        ("personen", "/t/<slug>/verwaltung/personen"),
        ("plaene", "/t/<slug>/mittel/plaene"),
    ):
        app.add_url_rule(rule, endpoint=endpoint, view_func=lambda slug: slug)
    add_area(app, 70, "Verwaltung", "personen", Permission.MEMBER_READ, hint="")
    add_area(app, 10, "Heute", "heute", Permission.DESK_READ, hint="")
    add_area(app, 20, "Mittel", "plaene", Permission.PLAN_READ, Permission.PLAN_WRITE, hint="")
    return app


@pytest.mark.parametrize(
    ("role", "areas"),
    [
        (Role.OFFICER, ["Heute", "Mittel", "Verwaltung"]),
        (Role.ADMINISTRATOR, ["Heute", "Verwaltung"]),
        (Role.COMMITTEE_MEMBER, ["Heute"]),
    ],
)
def test_a_role_sees_its_areas_in_the_portals_order(portal, role, areas):
    with portal.test_request_context("/t/musterstadt/"):
        assert [area.label for area in areas_of(BODY.actor(role))] == areas


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/t/musterstadt/", ["Heute"]),
        ("/t/musterstadt/mittel/plaene/1/zeilen", ["Mittel"]),
        ("/t/musterstadt/verwaltung/personen", ["Verwaltung"]),
        ("/t/musterstadt/verwaltung/maschinenzugaenge", ["Verwaltung"]),
        ("/t/musterstadt/anderes", []),
        ("/konto", []),
    ],
)
def test_the_area_one_is_in_is_marked(portal, path, current):
    with portal.test_request_context(path):
        entries = navigation_for(BODY.actor(Role.OFFICER))
    assert [entry.label for entry in entries if entry.current] == current
