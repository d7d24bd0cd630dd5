"""The few who knock in the access matrix notice what everybody would: faults planted for each relation turn it red.

A fault is planted where it would really be made: in the guard (who is let in, whose rights count), or in what an actor
is bound to (whose things are seen). Whoever is not concerned is answered as always.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest

from kimhub.core import routing
from kimhub.core.errors import ForbiddenError, NotFoundError
from kimhub.core.routing import AUTHENTICATORS, Access
from tenants import Actor, ActorKind, Role, permissions_of
from tests.factories.tenants import Body, District
from tests.support.answers import Finding, tells_tenants_apart, tells_things_apart, wrong_answers
from tests.support.samples import TENANT_THINGS
from tests.support.site import NOBODY, Route, Site

Concerned = Callable[[District, Body], bool]

RELATIONS: dict[str, Concerned] = {
    "own": lambda d, body: body == d.gemeinde,
    "parent": lambda d, body: body == d.kreis,
    "sibling": lambda d, body: body == d.sibling,
    "unrelated Kreis": lambda d, body: body == d.other_kreis,
    "unrelated Gemeinde": lambda d, body: body == d.unrelated,
    "kreisfreie Stadt": lambda d, body: body == d.stadt,
    "authority": lambda d, body: body == d.authority,
}
"""How a body stands to the addressed Gemeinde; a child stands to the Kreis that is addressed, too."""
FOREIGN = [name for name in RELATIONS if name != "own"]


@dataclass(frozen=True)
class Routes:
    """One route of each shape, all for the same right."""

    page: Route
    page_of_a_thing: Route
    listing: Route
    thing: Route

    def all(self) -> tuple[Route, ...]:
        return self.page, self.page_of_a_thing, self.listing, self.thing


@pytest.fixture(scope="module")
def routes(site: Site) -> Routes:
    """The address book's: it has one of each shape, and every commune may have one."""

    def find(method: str, start: str, variables: int) -> Route:
        return min(
            route
            for route in site.rules
            if route[0] == method and route[1].startswith(start) and route[1].count("<") == variables
        )

    pages, api = "/t/<slug>/mittel/adressbuch", "/api/v1/organizations"
    found = Routes(
        find("GET", pages, 1), find("GET", pages, 2), find("GET", api, 0), find("GET", api, 1),
    )  # fmt: skip
    assert any(f"{variable}>" in found.thing[1] for variable in TENANT_THINGS)
    return found


Admission = Callable[[Actor | None, Access, str | None], None]


@contextmanager
def guard(monkeypatch: pytest.MonkeyPatch, faulty: Callable[[Admission], Admission]) -> Iterator[None]:
    """Put a faulty guard in the place of the real one, which it may ask."""
    with monkeypatch.context() as patch:
        patch.setattr(routing, "_admit", faulty(routing._admit))
        yield


@contextmanager
def sign_in(
    site: Site, monkeypatch: pytest.MonkeyPatch, faulty: Callable[[Actor | None], Actor | None]
) -> Iterator[None]:
    """Let `faulty` change who somebody turns out to be."""
    real = site.app.extensions[AUTHENTICATORS]
    with monkeypatch.context() as patch:
        patch.setitem(site.app.extensions, AUTHENTICATORS, lambda: faulty(real()))
        yield


def of(site: Site, relation: str) -> Callable[[Actor | None], bool]:
    """Return whether an actor's tenant stands in `relation` to the addressed Gemeinde."""
    bodies = {body.id: body for body in site.district.all()}
    concerned = RELATIONS[relation]
    return lambda actor: actor is not None and concerned(site.district, bodies[actor.tenant_id])


def pages_that_ask_for_a_right(site: Site) -> list[Route]:
    return [
        route
        for route in sorted(site.rules)
        if route[0] == "GET" and route[1].startswith("/t/<slug>/") and site.access(*route).permissions
    ]


def everybody_is(site: Site, relation: str, found: list[Finding]) -> bool:
    return all(finding.who.body and RELATIONS[relation](site.district, finding.who.body) for finding in found)


def test_without_a_fault_nobody_is_answered_wrongly(site: Site, routes: Routes) -> None:
    for route in routes.all():
        assert wrong_answers(site, route) == []


@pytest.mark.parametrize("relation", FOREIGN)
def test_a_guard_that_lets_a_relation_in_is_noticed(site, routes, monkeypatch, relation) -> None:
    """Children are let into the page of their Kreis likewise: of the Gemeinde's relations, parent and child mirror."""
    concerned = of(site, relation)

    def faulty(real: Admission) -> Admission:
        return lambda actor, access, slug: None if concerned(actor) else real(actor, access, slug)

    with guard(monkeypatch, faulty):
        found = wrong_answers(site, routes.page)
    assert found
    assert everybody_is(site, relation, found), found


@pytest.mark.parametrize("relation", FOREIGN)
def test_a_stranger_told_that_a_right_is_missing_is_noticed(site, monkeypatch, relation) -> None:
    """On some page: of those without the right, one of another relation comes to each."""
    concerned = of(site, relation)

    def faulty(real: Admission) -> Admission:
        def admit(actor: Actor | None, access: Access, slug: str | None) -> None:
            if concerned(actor) and access.permissions and not access.permissions & actor.permissions:
                raise ForbiddenError
            real(actor, access, slug)

        return admit

    gemeinde = site.district.gemeinde
    with guard(monkeypatch, faulty):
        for route in pages_that_ask_for_a_right(site):
            come = [
                who
                for who in site.small(route, gemeinde, site.people)
                if who.body and RELATIONS[relation](site.district, who.body)
            ]
            if any(not who.may(site.access(*route)) for who in come) and wrong_answers(site, route, come):
                return
    pytest.fail("nobody comes who would notice")


def test_a_guard_that_lets_children_in_is_noticed(site, routes, monkeypatch) -> None:
    kreis = site.district.kreis

    def faulty(real: Admission) -> Admission:
        def admit(actor: Actor | None, access: Access, slug: str | None) -> None:
            child = actor is not None and actor.tenant_id in {
                site.district.gemeinde.id,
                site.district.sibling.id,
            }
            real(actor, access, None if child and slug == kreis.slug else slug)

        return admit

    with guard(monkeypatch, faulty):
        found = wrong_answers(site, routes.page)
    assert {finding.who.body for finding in found} == {site.district.gemeinde, site.district.sibling}


def test_a_guard_that_asks_its_own_people_for_no_right_is_noticed(site, routes, monkeypatch) -> None:
    def faulty(real: Admission) -> Admission:
        def admit(actor: Actor | None, access: Access, slug: str | None) -> None:
            real(actor, Access() if actor and actor.kind is ActorKind.PERSON else access, slug)

        return admit

    with guard(monkeypatch, faulty):
        found = wrong_answers(site, routes.page)
    assert {finding.who.body for finding in found} == {site.district.gemeinde, site.district.kreis}
    assert not any(finding.who.may(site.access(*routes.page)) for finding in found)


def test_a_role_whose_rights_are_forgotten_is_noticed(site, monkeypatch) -> None:
    """Whatever the role, of either addressed tenant: on some page somebody comes who has only that one."""
    pages = pages_that_ask_for_a_right(site)
    for addressed in (site.district.gemeinde, site.district.kreis):
        roles = {who.role for who in site.people if who.body == addressed}
        assert len(roles) > len(Role) / 3
        for role in sorted(roles):
            come = {route: site.small(route, addressed, site.people) for route in pages}
            route, who = next(
                (route, who)
                for route, people in come.items()
                for who in people
                if who.body == addressed and who.role is role and who.may(site.access(*route))
            )

            def forgets(actor: Actor | None, role: Role = role) -> Actor | None:
                return replace(actor, permissions=frozenset()) if actor and role in actor.roles else actor

            with sign_in(site, monkeypatch, forgets):
                assert who in {finding.who for finding in wrong_answers(site, route)}


@pytest.mark.parametrize(
    ("relation", "start"),
    [
        (relation, start)
        for relation in FOREIGN
        for start in ("/t/", "/api/")
        if (relation, start) != ("authority", "/t/")  # a Bezirksregierung has hardly a page about a thing
    ],
)
def test_somebody_bound_to_the_wrong_tenant_is_noticed(site, monkeypatch, relation, start) -> None:
    """On some page of their own, with their own rights, they see the things of the Gemeinde; so do machines."""
    concerned = of(site, relation)

    def faulty(actor: Actor | None) -> Actor | None:
        return replace(actor, tenant_id=site.district.gemeinde.id) if concerned(actor) else actor

    routes = [
        route
        for route in sorted(site.rules)
        if route[0] == "GET" and route[1].startswith(start) and route[1].endswith("_id>")
        and site.access(*route).permissions
    ]  # fmt: skip
    with sign_in(site, monkeypatch, faulty):
        for route in routes:
            found = tells_things_apart(site, route)
            assert everybody_is(site, relation, found), found
            if found:
                return
    pytest.fail("nobody comes who would notice")


def test_nobody_taken_for_somebody_is_noticed(site, routes, monkeypatch) -> None:
    somebody = site.district.gemeinde.actor(Role.ADMINISTRATOR)
    with sign_in(site, monkeypatch, lambda actor: actor or somebody):
        found = wrong_answers(site, routes.page)
    assert NOBODY in {finding.who for finding in found}


@pytest.mark.parametrize("relation", RELATIONS)
def test_a_machine_whose_scopes_are_not_asked_for_is_noticed(site, monkeypatch, relation) -> None:
    """At some address: of the machines without the right, one of another relation comes to each."""
    concerned = of(site, relation)

    def faulty(real: Admission) -> Admission:
        def admit(actor: Actor | None, access: Access, slug: str | None) -> None:
            real(actor, Access() if concerned(actor) else access, slug)

        return admit

    with guard(monkeypatch, faulty):
        for route in sorted(site.rules):
            if route[0] == "GET" and route[1].startswith("/api/") and site.access(*route).permissions:
                found = wrong_answers(site, route)
                assert everybody_is(site, relation, found), found
                if found:
                    return
    pytest.fail("no machine comes that would notice")


def test_a_machine_that_is_refused_what_it_may_is_noticed(site, routes, monkeypatch) -> None:
    def faulty(real: Admission) -> Admission:
        def admit(actor: Actor | None, access: Access, slug: str | None) -> None:
            if actor is not None and actor.kind is ActorKind.CLIENT:
                raise ForbiddenError
            real(actor, access, slug)

        return admit

    with guard(monkeypatch, faulty):
        found = wrong_answers(site, routes.listing)
    assert {finding.who for finding in found} == {
        who for who in site.machines if who.may(site.access(*routes.listing))
    }


def test_a_cookie_that_counts_in_the_api_is_noticed(site, routes, monkeypatch) -> None:
    """Any page could make a browser send it."""
    everything = permissions_of(Role)
    with sign_in(
        site,
        monkeypatch,
        lambda actor: actor or replace(site.district.kreis.actor(), permissions=everything),
    ):
        found = wrong_answers(site, routes.listing)
    assert any(finding.who.account_id for finding in found)


@pytest.mark.parametrize("relation", FOREIGN)
def test_a_stranger_told_that_there_is_such_a_tenant_is_noticed(site, monkeypatch, relation) -> None:
    """On some page: one stranger of another relation comes to each, and compares what the refusals say."""
    concerned = of(site, relation)

    def faulty(real: Admission) -> Admission:
        def admit(actor: Actor | None, access: Access, slug: str | None) -> None:
            if concerned(actor) and slug == site.district.gemeinde.slug:
                raise NotFoundError("Das ist nicht Ihre Gemeinde.")
            real(actor, access, slug)

        return admit

    with guard(monkeypatch, faulty):
        for route in pages_that_ask_for_a_right(site):
            found = tells_tenants_apart(site, route)
            assert everybody_is(site, relation, found), found
            if found:
                return
    pytest.fail("nobody comes who would notice")


def test_a_child_told_of_its_kreis_is_noticed(site, routes, monkeypatch) -> None:
    gemeinde, kreis = site.district.gemeinde, site.district.kreis

    def faulty(real: Admission) -> Admission:
        def admit(actor: Actor | None, access: Access, slug: str | None) -> None:
            if actor is not None and actor.tenant_id == gemeinde.id and slug == kreis.slug:
                raise NotFoundError("Das ist nicht Ihr Kreis.")
            real(actor, access, slug)

        return admit

    with guard(monkeypatch, faulty):
        found = tells_tenants_apart(site, routes.page)
    assert {finding.who.body for finding in found} == {gemeinde}


def test_the_small_set_is_small_and_over_all_routes_everybody_comes(site: Site) -> None:
    """To each route come, of the addressed tenant, somebody with the right and somebody without, if there are such."""
    gemeinde = site.district.gemeinde
    small = {route: site.small(route, gemeinde, site.everybody) for route in site.rules}
    assert max(map(len, small.values())) < len(site.everybody) * 0.3
    assert {who for come in small.values() for who in come} == set(site.everybody)
    for route, come in small.items():
        access = site.access(*route)
        those = site.machines if route[1].startswith("/api/") else site.people
        assert NOBODY in come
        assert {who.may(access) for who in come if who in those and who.body == gemeinde} == {
            who.may(access) for who in those if who.body == gemeinde
        }, " ".join(route)
