"""The main navigation: only what a role uses, in the portal's order, with the area one is in."""

from __future__ import annotations

import pytest
from flask import Flask

from kimhub.core.routing import requires
from kimhub.core.web.navigation import MOST, add_area, add_section, areas_of, navigation_for
from tenants import GRANT_RECIPIENTS, Permission, Role
from tests.factories.tenants import Body, TenantKind

BODY = Body(1, "Musterstadt", "musterstadt", TenantKind.GEMEINDE, 2, False)
STADT = Body(3, "Freistadt", "freistadt", TenantKind.KREISFREIE_STADT, None, True)
VIEWS = {
    "heute": requires(Permission.DESK_READ),
    "personen": requires(Permission.MEMBER_READ),
    "plaene": requires(Permission.PLAN_READ, Permission.PLAN_WRITE),
    "ausgaben": requires(Permission.EXPENDITURE_READ),
    "abruf": requires(Permission.FUNDING_READ, bodies=GRANT_RECIPIENTS),
    "maschinen": requires(Permission.CLIENT_MANAGE),
}


@pytest.fixture
def portal():
    app = Flask("portal")
    for endpoint, rule in (
        ("heute", "/t/<slug>/"),
        ("personen", "/t/<slug>/verwaltung/personen"),
        ("plaene", "/t/<slug>/mittel/plaene"),
        ("ausgaben", "/t/<slug>/mittel/ausgaben"),
        ("abruf", "/t/<slug>/mittel/abruf"),
        ("maschinen", "/t/<slug>/mittel/maschinen"),
    ):
        app.add_url_rule(rule, endpoint=endpoint, view_func=VIEWS[endpoint](lambda slug: slug))
    add_area(app, 70, "Verwaltung", "personen", Permission.MEMBER_READ)
    add_area(app, 10, "Heute", "heute", Permission.DESK_READ)
    add_area(app, 20, "Mittel", "plaene", Permission.PLAN_READ, Permission.PLAN_WRITE)
    add_section(app, "Mittel", 20, "Ausgaben", "ausgaben", group="Verwenden")
    add_section(app, "Mittel", 10, "Pläne", "plaene", group="Planen")
    add_section(app, "Mittel", 15, "Mittelabruf", "abruf", group="Erhalten")
    add_section(app, "Mittel", 30, "Maschinenzugänge", "maschinen")
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


@pytest.mark.parametrize(
    ("path", "sections"),
    [
        ("/t/musterstadt/", []),
        ("/t/musterstadt/mittel/plaene/1/zeilen", [("Pläne", True), ("Ausgaben", False)]),
        ("/t/musterstadt/mittel/ausgaben", [("Pläne", False), ("Ausgaben", True)]),
    ],
)
def test_the_sections_of_the_area_one_is_in_show_what_the_role_may_use(portal, path, sections):
    with portal.test_request_context(path):
        entries = navigation_for(BODY.actor(Role.OFFICER))
    shown = [(s.label, s.current) for entry in entries for group in entry.groups for s in group.entries]
    assert shown == sections


def test_a_body_sees_only_sections_that_its_kind_has_to_do_with(portal):
    with portal.test_request_context("/t/freistadt/mittel/plaene"):
        entries = navigation_for(STADT.actor(Role.OFFICER))
    assert [s.label for entry in entries for group in entry.groups for s in group.entries] == [
        "Pläne", "Mittelabruf", "Ausgaben",
    ]  # fmt: skip


def test_headings_part_sections_only_where_they_are_many(portal):
    def groups():
        with portal.test_request_context("/t/freistadt/mittel/plaene"):
            (area,) = [entry for entry in navigation_for(STADT.actor(Role.OFFICER)) if entry.current]
        return [(group.label, len(group.entries)) for group in area.groups]

    assert groups() == [("", 3)]
    for place in range(MOST - 2):
        add_section(portal, "Mittel", 21 + place, f"Liste {place}", "ausgaben", group="Verwenden")
    assert groups() == [("Planen", 1), ("Erhalten", 1), ("Verwenden", MOST - 1)]
