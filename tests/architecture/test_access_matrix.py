"""Every route × every role × own tenant, parent, child, sibling, unrelated, authority, nobody, machine.

Nothing here is a list of routes: what must happen follows from the route's mark (@requires, @signed_in, @own_account,
@public) and from its place (pages below /t/<slug>/, the API below /api/). A new route is visited without anybody
remembering; only a new variable in an address needs a sample (tests/support/samples.py).
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, text
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from kimhub.app import create_app
from kimhub.core.database.urls import with_database
from kimhub.core.routing import Access, access_of
from kimhub.core.settings import Settings
from kimhub.core.web.security import HEADERS
from kimhub.identity.cookies import Cookie
from kimhub.identity.csrf import HEADER, SAFE_METHODS, sealed_for
from kimhub.identity.sessions import hash_of
from kimhub.identity.tokens import issue_token
from tenants import Permission, Role, TenantKind, db, permissions_of, roles_for
from tests.factories.identity import Machine, create_machine, create_membership
from tests.factories.tenants import Body, District, create_district
from tests.support.samples import CONSTANTS, TENANT_THINGS

NO_SUCH_THING = "00000000-0000-4000-8000-000000000000"
"""Named where the body that is visited can have no such thing: a kreisfreie Stadt makes no request to a Kreis."""
TOKEN_IN_PAGE = re.compile(r"[\w-]{16}\.[0-9a-f]{64}")
REQUEST_ID = re.compile(r"[0-9a-f]{32}")
ADDRESSED = ("gemeinde", "kreis")
"""Whose pages are visited: one with a parent and a sibling, one with children; both have an authority."""


def _routes() -> list[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as var:
        app = create_app(Settings.from_environ({"KIMHUB_VAR": var}))
    return sorted(
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    )


ROUTES = _routes()
every_route = pytest.mark.parametrize(
    ("method", "address"), ROUTES, ids=[f"{method} {address}" for method, address in ROUTES]
)


@dataclass(frozen=True)
class Who:
    """Somebody who knocks: a person with one role in a tenant, a machine, or nobody."""

    body: Body | None = None
    role: Role | None = None
    account_id: object = None
    machine: Machine | None = None
    scopes: frozenset[Permission] = frozenset()

    def __str__(self) -> str:
        if self.machine:
            return f"machine of {self.body.slug} with {len(self.scopes)} scopes"
        return f"{self.role} of {self.body.slug}" if self.body else "nobody"

    @property
    def permissions(self) -> frozenset[Permission]:
        return permissions_of([self.role]) if self.role else self.scopes


class Site:
    """The application on a database of its own, with one person per tenant and role, and machines."""

    def __init__(self, app: Flask, admin: Engine) -> None:
        self.app = app
        self.admin = admin
        self.rules: dict[tuple[str, str], Rule] = {
            (method, rule.rule): rule for rule in app.url_map.iter_rules() for method in rule.methods or ()
        }
        with admin.begin() as connection:
            self.district: District = create_district(connection)
            self.people = [
                self._person(connection, body, role)
                for body in self.district.all()
                for role in sorted(roles_for(body.kind, grant_recipient=body.is_grant_recipient))
            ]
            self.machines = [
                Who(body, None, None, create_machine(connection, body, *scopes), frozenset(scopes))
                for body in self.district.all()
                for scopes in (list(Permission), [Permission.DESK_READ])
            ]

    @staticmethod
    def _person(connection, body: Body, role: Role) -> Who:
        account_id = uuid4()
        email = f"{role}@{body.slug}.example"
        connection.execute(
            text("INSERT INTO account (id, email, display_name) VALUES (:id, :email, 'Muster')"),
            {"id": account_id, "email": email},
        )
        create_membership(connection, account_id, email, body, role)
        return Who(body, role, account_id)

    def access(self, method: str, address: str) -> Access:
        access = access_of(self.app.view_functions[self.rules[method, address].endpoint])
        assert access is not None, f"{method} {address} does not say who may use it"
        return access

    def path(self, method: str, address: str, slug: str, things_of: Body | None) -> str:
        """Fill in the variables of an address; `things_of` None: with things that do not exist."""
        rule = self.rules[method, address]
        values: dict[str, str] = {}
        for variable in rule.arguments - {"slug"}:
            if variable in CONSTANTS:
                values[variable] = CONSTANTS[variable]
            elif variable not in TENANT_THINGS:
                pytest.fail(f"no sample for <{variable}> in {address}: add one to tests/support/samples.py")
            elif things_of is None:
                values[variable] = str(uuid4())
            else:
                with self.admin.begin() as connection:
                    values[variable] = TENANT_THINGS[variable](connection, things_of) or NO_SUCH_THING
        if "slug" in rule.arguments:
            values["slug"] = slug
        return re.sub(r"<(?:[^<>]+:)?(\w+)>", lambda variable: values[variable[1]], address)

    def visit(self, who: Who, method: str, path: str, *, forged: str | None = None) -> TestResponse:
        """Send a request as `who`; unsafe ones from a page of the portal, unless it is to be `forged`."""
        client = FlaskClient(self.app, self.app.response_class)
        headers = {"Sec-Fetch-Site": "cross-site" if forged == "from elsewhere" else "same-origin"}
        held = "nobody"
        if who.machine:
            with self.app.app_context():
                scopes = " ".join(sorted(who.scopes))
                headers["Authorization"] = (
                    f"Bearer {issue_token(who.machine.client_id, who.body.slug, scopes)}"
                )
        elif who.account_id:
            held = f"session-{uuid4()}"
            self._open_session(held, who)
            client.set_cookie(Cookie.SESSION, held)
        client.set_cookie(Cookie.FORM, "nobody")
        if forged != "without token":
            with self.app.app_context():
                headers[HEADER] = sealed_for("another session" if forged == "with another's token" else held)
        json_body = path.startswith("/api/") and method not in SAFE_METHODS
        response = client.open(path, method=method, headers=headers, json={} if json_body else None)
        _check_headers(response)
        response.close()
        return response

    def _open_session(self, token: str, who: Who) -> None:
        with self.admin.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO sign_in_session"
                    " (token_hash, id, account_id, tenant_id, signed_in_at, last_seen_at, device)"
                    " VALUES (:hash, :id, :account, :tenant, now(), now(), '')"
                ),
                {
                    "hash": hash_of(token), "id": uuid4(), "account": who.account_id, "tenant": who.body.id,
                },
            )  # fmt: skip


@pytest.fixture(scope="module")
def site(cluster) -> Iterator[Site]:
    name = f"matrix_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with cluster.copy_of_template(name):
        admin = create_engine(with_database(cluster.urls(name).admin, name))
        app = cluster.create_app(name)
        yield Site(app, admin)
        with app.app_context():
            db.engine.dispose()
        admin.dispose()


def _check_headers(response: TestResponse) -> None:
    """The headers of core/web/security.py stand on every answer, and nothing of a person is cached."""
    response.get_data()
    assert set(HEADERS) <= set(response.headers.keys())
    if "public" not in response.headers.get("Cache-Control", ""):
        assert "no-store" in response.headers["Cache-Control"]
    assert response.status_code < 500 or response.status_code == 503, response.text[:500]


def _is_open(response: TestResponse) -> bool:
    """Tell whether the guard let somebody in: what the view made of an empty request does not matter here."""
    return response.status_code not in {401, 403, 404, 405, 500} and not _leads_to_sign_in(response)


def _leads_to_sign_in(response: TestResponse) -> bool:
    return response.status_code == 303 and response.location.startswith("/anmelden?weiter=")


def _asks_to_sign_in(response: TestResponse) -> bool:
    return _leads_to_sign_in(response) if response.request.method == "GET" else response.status_code == 401


def _without_tokens(page: str) -> str:
    return REQUEST_ID.sub("", TOKEN_IN_PAGE.sub("", page))


def _problem(response: TestResponse, status: int) -> bool:
    return (
        response.status_code == status
        and response.mimetype == "application/problem+json"
        and json.loads(response.data)["status"] == status
    )


@every_route
def test_everybody_gets_the_answer_of_the_mark(site: Site, method: str, address: str) -> None:
    access = site.access(method, address)
    for whose in ADDRESSED:
        body: Body = getattr(site.district, whose)
        for who in (Who(), *site.people, *site.machines):
            things_of = who.body if address.startswith("/api/") and who.body else body
            path = site.path(method, address, body.slug, things_of)
            response = site.visit(who, method, path)
            _check(access, who, body, address, response, absent=NO_SUCH_THING in path)


def _check(
    access: Access, who: Who, body: Body, address: str, response: TestResponse, *, absent: bool = False
) -> None:
    told = f"{response.request.method} {address} of {body.slug} by {who}: {response.status_code}"
    if access.public:
        assert _is_open(response) or (response.status_code == 401 and address == "/oauth/token"), told
    elif address.startswith("/api/"):
        if who.machine is None:
            assert _problem(response, 401), told
            assert response.headers["WWW-Authenticate"].startswith("Bearer"), told
        elif access.permissions and not access.permissions & who.permissions:
            assert _problem(response, 403), told
        else:
            assert _is_open(response) or (absent and _problem(response, 404)), told
    elif who.account_id is None:
        assert _asks_to_sign_in(response), told
    elif access.account:
        assert _is_open(response) or address.startswith(("/konto/anmeldungen/<", "/zugang")), told
    elif "<slug>" in address and who.body != body:
        assert response.status_code == 404, told
    elif access.permissions and not access.permissions & who.permissions:
        assert response.status_code == 403, told
    else:
        assert _is_open(response), told


pages_of_tenants = pytest.mark.parametrize(
    ("method", "address"),
    [route for route in ROUTES if "<slug>" in route[1]],
    ids=[f"{method} {address}" for method, address in ROUTES if "<slug>" in address],
)


@pages_of_tenants
def test_a_foreign_tenant_looks_like_one_that_does_not_exist(site: Site, method: str, address: str) -> None:
    for who in site.people:
        bodies = {
            _without_tokens(
                site.visit(who, method, site.path(method, address, slug, site.district.gemeinde)).text
            )
            for slug in ("gibt-es-nicht", "musterstadt" if who.body.slug != "musterstadt" else "musterkreis")
        }
        assert len(bodies) == 1


with_things = pytest.mark.parametrize(
    ("method", "address"),
    [route for route in ROUTES if any(f"{variable}>" in route[1] for variable in TENANT_THINGS)],
    ids=str,
)


@with_things
def test_a_foreign_thing_looks_like_one_that_does_not_exist(site: Site, method: str, address: str) -> None:
    access = site.access(method, address)
    visitors = site.machines if address.startswith("/api/") else site.people
    tried = 0
    for who in visitors:
        if who.body.slug in {"musterstadt", "fernstadt"} or not access.permissions & who.permissions:
            continue
        tried += 1
        answers = [
            site.visit(who, method, site.path(method, address, who.body.slug, things_of))
            for things_of in (None, site.district.gemeinde, site.district.unrelated)
        ]
        assert answers[0].status_code == 404 or answers[0].status_code == 422, str(who)  # 422: not even read
        assert len({(answer.status_code, _without_tokens(answer.text)) for answer in answers}) == 1, str(who)
    assert tried


unsafe_pages = pytest.mark.parametrize(
    ("method", "address"),
    [
        (method, address)
        for method, address in ROUTES
        if method not in SAFE_METHODS and not address.startswith(("/api/", "/oauth/"))
    ],
    ids=str,
)


@unsafe_pages
@pytest.mark.parametrize("forged", ["from elsewhere", "without token", "with another's token"])
def test_nothing_can_be_changed_from_another_site(site: Site, method: str, address: str, forged: str) -> None:
    """Refused before anything else is looked at: with every right, as nobody, and whatever the thing."""
    administrator = next(
        who for who in site.people if who.body == site.district.gemeinde and who.role is Role.ADMINISTRATOR
    )
    path = site.path(method, address, "musterstadt", None)
    for who in (administrator, Who()):
        assert site.visit(who, method, path, forged=forged).status_code == 403


def test_every_relation_and_role_is_among_those_who_knock(site: Site) -> None:
    """The matrix is as wide as it claims."""
    district = site.district
    assert {who.role for who in site.people} == set(Role)
    assert {who.body.slug for who in site.people} == {body.slug for body in district.all()}
    assert district.gemeinde.parent_id == district.sibling.parent_id == district.kreis.id
    assert district.unrelated.parent_id == district.other_kreis.id
    assert district.authority.kind is TenantKind.BEZIRKSREGIERUNG


def test_a_guard_without_an_expectation_is_noticed(site: Site) -> None:
    """The check itself refuses wrong answers (else a matrix that checks nothing would pass)."""
    kreis, gemeinde = site.district.kreis, site.district.gemeinde
    open_page = site.visit(Who(), "GET", "/anmelden")
    auditor = next(who for who in site.people if who.body == kreis and who.role is Role.AUDITOR)
    wrong = [
        (Access(permissions=frozenset({Permission.PLAN_READ})), Who(), gemeinde, "/t/<slug>/x"),
        (Access(permissions=frozenset({Permission.MEMBER_MANAGE})), auditor, kreis, "/t/<slug>/x"),
        (Access(permissions=frozenset({Permission.MEMBER_READ})), auditor, gemeinde, "/t/<slug>/x"),
        (Access(), auditor, kreis, "/api/v1/x"),
        (Access(account=True), Who(), kreis, "/konto"),
    ]
    for access, who, body, address in wrong:
        with pytest.raises(AssertionError):
            _check(access, who, body, address, open_page)
