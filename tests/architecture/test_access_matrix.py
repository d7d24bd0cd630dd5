"""Every route × every role × own tenant, parent, child, sibling, unrelated, authority, nobody, machine.

Nothing here is a list of routes: what must happen follows from the route's mark (@requires, @signed_in, @own_account,
@public) and from its place (pages below /t/<slug>/, the API below /api/). A new route is visited without anybody
remembering; only a new variable in an address needs a sample (tests/support/samples.py).

Who knocks is, of those who are alike for a route, one, and another one with each (tests/support/site.py);
with KIMHUB_TEST_MATRIX=full it is everybody. tests/architecture/test_access_faults.py shows what the fewer notice.
"""

from __future__ import annotations

import tempfile

import pytest

from kimhub.app import create_app
from kimhub.core.routing import Access
from kimhub.core.settings import Settings
from kimhub.identity.csrf import SAFE_METHODS
from tenants import Permission, Role, TenantKind
from tests.support.answers import (
    FORGED,
    accepted_from_elsewhere,
    expected,
    tells_tenants_apart,
    tells_things_apart,
    wrong_answers,
)
from tests.support.samples import TENANT_THINGS
from tests.support.site import NOBODY, Route, Site


def _routes() -> list[Route]:
    with tempfile.TemporaryDirectory() as var:
        app = create_app(Settings.from_environ({"KIMHUB_VAR": var}))
    return sorted(
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    )


ROUTES = _routes()


def each(routes: list[Route]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("route", routes, ids=" ".join)


@each(ROUTES)
def test_everybody_gets_the_answer_of_the_mark(site: Site, route: Route) -> None:
    assert wrong_answers(site, route) == []


@each([route for route in ROUTES if "<slug>" in route[1]])
def test_a_foreign_tenant_looks_like_one_that_does_not_exist(site: Site, route: Route) -> None:
    assert tells_tenants_apart(site, route) == []


@each([route for route in ROUTES if any(f"{variable}>" in route[1] for variable in TENANT_THINGS)])
def test_a_foreign_thing_looks_like_one_that_does_not_exist(site: Site, route: Route) -> None:
    assert tells_things_apart(site, route) == []


@each(
    [
        (method, address)
        for method, address in ROUTES
        if method not in SAFE_METHODS and not address.startswith(("/api/", "/oauth/"))
    ]
)
def test_nothing_can_be_changed_from_another_site(site: Site, route: Route) -> None:
    """Refused before anything else is looked at: with every right, as nobody, and whatever the thing."""
    assert [finding for forged in FORGED for finding in accepted_from_elsewhere(site, route, forged)] == []


def test_every_relation_and_role_is_among_those_who_knock(site: Site) -> None:
    """The matrix is as wide as it claims."""
    district = site.district
    assert {who.role for who in site.people} == set(Role)
    assert {who.body.slug for who in site.people} == {body.slug for body in district.all()}
    assert {who.body.slug for who in site.machines} == {body.slug for body in district.all()}
    assert district.gemeinde.parent_id == district.sibling.parent_id == district.kreis.id
    assert district.unrelated.parent_id == district.other_kreis.id
    assert district.authority.kind is TenantKind.BEZIRKSREGIERUNG


def test_a_guard_without_an_expectation_is_noticed(site: Site) -> None:
    """What is expected refuses wrong answers (else a matrix that checks nothing would pass)."""
    kreis, gemeinde = site.district.kreis, site.district.gemeinde
    open_page = site.visit(NOBODY, "GET", "/anmelden")
    auditor = next(who for who in site.people if who.body == kreis and who.role is Role.AUDITOR)
    wrong = [
        (Access(permissions=frozenset({Permission.PLAN_READ})), NOBODY, gemeinde, "/t/<slug>/x"),
        (Access(permissions=frozenset({Permission.MEMBER_MANAGE})), auditor, kreis, "/t/<slug>/x"),
        (Access(permissions=frozenset({Permission.MEMBER_READ})), auditor, gemeinde, "/t/<slug>/x"),
        (Access(), auditor, kreis, "/api/v1/x"),
        (Access(account=True), NOBODY, kreis, "/konto"),
    ]
    for access, who, body, address in wrong:
        assert not expected(access, who, body, address)(open_page)
