"""What the portal offers can be used: every entry of everybody's navigation is followed, and every link behind it.

Everybody is each role of each kind of body, the Stadt Aachen (a Gemeinde that receives grants) among them, in a tenant
where nothing was begun: there a page offers most.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient

from kimhub.core.web.frame import FRAME
from kimhub.core.web.navigation import MOST
from kimhub.core.web.view import Frame
from tenants import Role, TenantKind, db, roles_for
from tests.core.web.html import Element, parse
from tests.factories.tenants import Body, create_tenant
from tests.support.acting import acting
from tests.support.site import Site
from tests.support.statements import counted

KINDS = {
    "Kreis": "kreis",
    "kreisfreie Stadt": "stadt",
    "Gemeinde": "sibling",
    "Gemeinde with Ausländerbehörde": "gemeinde",
    "Gemeinde with grants": "aachen",
    "Bezirksregierung": "authority",
}


@dataclass(frozen=True)
class Portal:
    """The application with one body of every kind."""

    site: Site
    bodies: dict[str, Body]


@pytest.fixture(scope="module")
def portal(site: Site) -> Portal:
    district = site.district
    with site.admin.begin() as connection:
        aachen = create_tenant(
            connection, TenantKind.GEMEINDE, "Stadt mit Integrationszentrum", parent=district.kreis,
            grant_recipient=True, auslaenderbehoerde=True, jugendamt=True, committee="integrationsrat",
        )  # fmt: skip
    return Portal(
        site,
        {"aachen": aachen, **{name: getattr(district, name) for name in KINDS.values() if name != "aachen"}},
    )


def pages_of(client: FlaskClient, body: Body) -> Iterator[tuple[str, Element]]:
    """The first page, and every page that links lead to from there on."""
    start = f"/t/{body.slug}/"
    waiting, seen = [start], {start}
    while waiting:
        path = waiting.pop(0)
        answer = client.get(path)
        assert answer.status_code not in {403, 404}, path
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        page = parse(answer.text)
        yield path, page
        for link in [*navigation(page).all("a"), *page.one("main").all("a")]:
            target = link.get("href").partition("#")[0]
            if target.startswith(start) and target not in seen:
                seen.add(target)
                waiting.append(target)


def navigation(page: Element) -> Element:
    return next(nav for nav in page.all("nav") if nav.get("aria-label") == "Hauptnavigation")


def labels(page: Element) -> list[str]:
    return [link.text.strip() for link in navigation(page).all("a")]


@pytest.mark.parametrize("name", KINDS.values(), ids=KINDS)
def test_whatever_is_offered_can_be_used_and_taken_in_at_a_glance(portal, name):
    body = portal.bodies[name]
    with acting(portal.site.app) as act:
        for role in sorted(roles_for(body.kind, grant_recipient=body.is_grant_recipient)):
            client = act.as_(body.actor(role))
            for path, page in pages_of(client, body):
                assert "nicht vorgesehen" not in page.text, (role, path)
                for group in navigation(page).all("ul", "kh-nav__sections"):
                    assert len(group.all("a")) <= MOST, (role, path)


MONEY = ["Übersicht", "Finanzierungspläne"]
SPENT = ["Weiterleitungen", "Ausgaben", "Adressbuch"]
OWN = ["Genutzte Bausteine", "Zuwendungen"]
ALL = ["Genutzte Bausteine", "Förderanträge", "Zuwendungen", "Mittelabruf", "Verteilungen"]


@pytest.mark.parametrize(
    ("name", "sections"),
    [
        ("kreis", [*MONEY, *ALL, *SPENT]),
        ("stadt", [*MONEY, *ALL, *SPENT]),
        ("aachen", [*MONEY, *ALL, *SPENT]),
        ("gemeinde", [*MONEY, *OWN, *SPENT]),
        ("sibling", [*MONEY, *SPENT]),
    ],
)
def test_money_shows_what_such_a_body_does_with_it_in_the_order_of_the_work(portal, name, sections):
    body = portal.bodies[name]
    with acting(portal.site.app) as act:
        page = parse(act.as_(body.actor(Role.OFFICER)).get(f"/t/{body.slug}/mittel/uebersicht").text)
    shown = [
        link.text.strip() for part in navigation(page).all("ul", "kh-nav__sections") for link in part.all("a")
    ]
    assert shown == sections


@pytest.mark.parametrize(
    ("name", "role", "areas"),
    [
        ("kreis", Role.KI_COORDINATOR, ["Heute", "Mittel", "Stellen", "Gremien", "Berichte", "Verwaltung"]),
        ("stadt", Role.KI_COORDINATOR, ["Heute", "Mittel", "Gremien", "Berichte", "Verwaltung"]),
        ("sibling", Role.OFFICER, ["Heute", "Mittel", "Stellen", "Gremien", "Berichte", "Verwaltung"]),
        ("sibling", Role.COMMITTEE_MEMBER, ["Heute", "Gremien"]),
        ("authority", Role.AUTHORITY, ["Heute"]),
        ("authority", Role.AUDITOR, ["Heute", "Verwaltung"]),
    ],
)
def test_areas_are_those_of_the_body_and_of_the_role(portal, name, role, areas):
    body = portal.bodies[name]
    with acting(portal.site.app) as act:
        page = parse(act.as_(body.actor(role)).get(f"/t/{body.slug}/").text)
    assert labels(page) == areas


def test_to_know_for_whom_a_page_is_takes_no_question_of_its_own(portal, monkeypatch):
    """Kind and traits of the body come with the session; what stands around a page asks the database nothing."""
    site, body = portal.site, portal.bodies["gemeinde"]
    officer = next(who for who in site.people if who.body == body and who.role is Role.OFFICER)
    path = f"/t/{body.slug}/mittel/adressbuch"
    site.visit(officer, "GET", path)
    with site.app.app_context():
        engine = db.engine
    with counted(engine) as whole:
        assert "Weiterleitungen" in site.visit(officer, "GET", path).text
    monkeypatch.setitem(site.app.extensions, FRAME, Frame)
    with counted(engine) as bare:
        assert "Weiterleitungen" not in labels_or_nothing(parse(site.visit(officer, "GET", path).text))
    assert whole == bare
    assert sum("session_open" in statement for statement in whole) == 1


def labels_or_nothing(page: Element) -> list[str]:
    return [link.text for nav in page.all("nav") for link in nav.all("a")]


def test_who_knows_the_address_of_what_is_for_others_is_told_for_whom_it_is(portal):
    gemeinde, stadt = portal.bodies["sibling"], portal.bodies["stadt"]
    with acting(portal.site.app) as act:
        refusal = act.as_(gemeinde.actor(Role.OFFICER)).get(f"/t/{gemeinde.slug}/mittel/zuwendungen")
        assert refusal.status_code == 403
        assert "Für Ihre Verwaltung nicht vorgesehen" in refusal.text
        assert "Gemeinden mit eigener Ausländerbehörde" in refusal.text
        answer = act.as_(stadt.actor(Role.KI_COORDINATOR)).get(f"/t/{stadt.slug}/stellen/antraege")
        assert answer.status_code == 403
        assert "kreisangehörige Gemeinden" in answer.text
