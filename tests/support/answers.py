"""What a route must answer whom, from its mark and its place alone; and what is wrong about what it answers.

Each function returns findings, one line per wrong visit: the matrix wants none, and the planted faults want some.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from werkzeug.test import TestResponse

from kimhub.core.routing import Access
from kimhub.identity.csrf import SAFE_METHODS
from tenants import Role
from tests.factories.tenants import Body
from tests.support.examples import WHOLE
from tests.support.samples import READERS
from tests.support.site import NO_SUCH_THING, NOBODY, Route, Site, Who, one_of, turn

TOKEN_IN_PAGE = re.compile(r"[\w-]{16}\.[0-9a-f]{64}")
REQUEST_ID = re.compile(r"[0-9a-f]{32}")
ADDRESSED = ("gemeinde", "kreis")
"""Whose pages are visited: one with a parent and a sibling, one with children; both have an authority."""
FEW_TENANTS = 3
"""Of how many tenants somebody asks for a foreign thing at one route, where not everybody comes."""
FORGED = ("from elsewhere", "without token", "with another's token")

Right = Callable[[TestResponse], bool]


@dataclass(frozen=True)
class Finding:
    """A visit that was answered wrongly."""

    who: Who
    told: str

    def __str__(self) -> str:
        return self.told


def let_in(response: TestResponse) -> bool:
    """Tell whether the guard let somebody in: what the view made of an empty request does not matter here."""
    return response.status_code not in {401, 403, 404, 405, 500} and not _leads_to_sign_in(response)


def _leads_to_sign_in(response: TestResponse) -> bool:
    return response.status_code == 303 and response.location.startswith("/anmelden?weiter=")


def asked_to_sign_in(response: TestResponse) -> bool:
    return _leads_to_sign_in(response) if response.request.method == "GET" else response.status_code == 401


def without_bearer(response: TestResponse) -> bool:
    return problem(response, 401) and response.headers["WWW-Authenticate"].startswith("Bearer")


def forbidden(response: TestResponse) -> bool:
    if response.request.path.startswith("/api/"):
        return problem(response, 403)
    return response.status_code == 403


def not_found(response: TestResponse) -> bool:
    return response.status_code == 404


def asked_for_the_secret(response: TestResponse) -> bool:
    return let_in(response) or problem(response, 401)


def anything(_: TestResponse) -> bool:
    return True


def problem(response: TestResponse, status: int) -> bool:
    return (
        response.status_code == status
        and response.mimetype == "application/problem+json"
        and json.loads(response.data)["status"] == status
    )


def expected(access: Access, who: Who, addressed: Body, address: str) -> Right:
    """Return what must be true of the answer."""
    by_right = let_in if who.may(access) else forbidden
    if access.public:
        return asked_for_the_secret if address == "/oauth/token" else let_in
    if address.startswith("/api/"):
        return by_right if who.machine else without_bearer
    if who.account_id is None:
        return asked_to_sign_in
    if access.account:
        # Needs somebody else's sign-in to end, or a link that is in force.
        return anything if address.startswith(("/konto/anmeldungen/<", "/zugang")) else let_in
    if "<slug>" in address and who.body != addressed:
        return not_found
    return by_right


def wrong_answers(site: Site, route: Route, visitors: Sequence[Who] | None = None) -> list[Finding]:
    """Let all knock who have to (or `visitors`), at each addressed tenant's page; return who is answered wrongly."""
    method, address = route
    access = site.access(*route)
    found = []
    # An address that names no tenant is the same for each of them.
    for whose in ADDRESSED if "<slug>" in address else ADDRESSED[:1]:
        addressed: Body = getattr(site.district, whose)
        for who in site.visitors(route, addressed) if visitors is None else visitors:
            right = expected(access, who, addressed, address)
            things_of = who.body if address.startswith("/api/") and who.body else addressed
            fresh = method not in SAFE_METHODS and right in {let_in, anything}
            path = site.path(route, addressed.slug, things_of, fresh=fresh)
            if right is let_in and not _reads(who, address):
                right = not_found
            response = site.visit(who, method, path)
            absent = NO_SUCH_THING in path and right is let_in and problem(response, 404)
            if not (right(response) or absent):
                found.append(_finding(who, route, addressed, response))
    return found


def _reads(who: Who, address: str) -> bool:
    """Tell whether the things in an address are among those of their tenant that `who` reads."""
    asked = (reads for variable, reads in READERS.items() if f"{variable}>" in address)
    return all(reads(who.role, who.permissions) for reads in asked)


def _finding(who: Who, route: Route, addressed: Body, response: TestResponse) -> Finding:
    return Finding(who, f"{' '.join(route)} of {addressed.slug} by {who}: {response.status_code}")


def tells_tenants_apart(site: Site, route: Route) -> list[Finding]:
    """Return who can tell a foreign tenant from one that does not exist by the answer of a page.

    Whatever their rights: that these change nothing here, `wrong_answers` asks. The guard is one for all pages, so of
    the strangers of a Gemeinde another one comes with each; a Kreis is asked for by its child.
    """
    gemeinde, kreis = site.district.gemeinde, site.district.kreis
    strangers = {
        gemeinde: [who for who in site.people if who.body != gemeinde],
        kreis: [who for who in site.people if who.body == gemeinde],
    }
    found = []
    for addressed, foreign in strangers.items():
        for who in foreign if WHOLE else [one_of(foreign, route)]:
            paths = [site.path(route, slug, gemeinde) for slug in ("gibt-es-nicht", addressed.slug)]
            answers = [site.visit(who, route[0], path) for path in paths]
            if len({_comparable(answer) for answer in answers}) > 1:
                found.append(_finding(who, route, addressed, answers[1]))
    return found


def tells_things_apart(site: Site, route: Route) -> list[Finding]:
    """Return who can tell a foreign thing from one that does not exist, on a page or address of their own tenant.

    That isolation hides it from each kind of tenant, table by table, the isolation matrix asks.
    """
    method, address = route
    access = site.access(*route)
    among = [
        who
        for who in (site.machines if address.startswith("/api/") else site.people)
        if access.permissions and who.may(access)
    ]
    assert among, f"nobody with the right visits {method} {address}"
    found = []
    for who in among if WHOLE else _some(among, route):
        owners = [body for body in (site.district.gemeinde, site.district.unrelated) if body != who.body]
        if not WHOLE:  # for each relation there is a pair with the first
            del owners[1:]
        answers = [
            site.visit(who, method, site.path(route, who.body.slug, owner)) for owner in (None, *owners)
        ]
        seen = {_comparable(answer) for answer in answers}
        if answers[0].status_code not in {404, 422} or len(seen) > 1:  # 422: not even read
            found.append(_finding(who, route, who.body, answers[1]))
    return found


def _some(those: Sequence[Who], route: Route) -> list[Who]:
    """Return one of each of a few tenants, others with each route."""
    tenants = list(dict.fromkeys(who.body for who in those))
    first = turn(route) % len(tenants)
    few = (tenants[first:] + tenants[:first])[:FEW_TENANTS]
    return [one_of([who for who in those if who.body == body], route) for body in few]


def accepted_from_elsewhere(site: Site, route: Route, forged: str) -> list[Finding]:
    """Return who can be made to change something by a page of somebody else; whatever the rights and the thing."""
    gemeinde = site.district.gemeinde
    administrator = next(
        who for who in site.people if who.body == gemeinde and who.role is Role.ADMINISTRATOR
    )
    path = site.path(route, gemeinde.slug, None)
    answers = {who: site.visit(who, route[0], path, forged=forged) for who in (administrator, NOBODY)}
    return [
        _finding(who, route, gemeinde, answer) for who, answer in answers.items() if answer.status_code != 403
    ]


def _comparable(answer: TestResponse) -> tuple[int, str]:
    """What can be told apart: tokens and ids that differ from page to page say nothing."""
    return answer.status_code, REQUEST_ID.sub("", TOKEN_IN_PAGE.sub("", answer.text))
