"""The whole application with somebody of every kind who may knock at it: for the access matrix.

Everybody would be every person and machine of every tenant. What a route answers follows from less than that: in
which relation the visitor's tenant stands to the addressed one, and whether the visitor has the right. `Site.small` is
therefore, of the addressed tenant, one with the right, the one who has hardly another, and one without; of each other
tenant one with the right; one stranger without it, somebody who cannot sign in there at all, and nobody. Another one
comes with each route.
`Site.everybody` is the whole product, which KIMHUB_TEST_MATRIX=full asks for.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4
from zlib import crc32

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, text
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from kimhub.core.routing import Access, access_of
from kimhub.core.web.security import HEADERS
from kimhub.identity.cookies import Cookie
from kimhub.identity.csrf import HEADER, SAFE_METHODS, sealed_for
from kimhub.identity.sessions import hash_of
from kimhub.identity.tokens import issue_token
from tenants import EVERY_BODY, Permission, Role, permissions_of, roles_for
from tests.factories.identity import Machine, create_machine, create_membership
from tests.factories.tenants import Body, District, create_district
from tests.support.examples import WHOLE
from tests.support.samples import CONSTANTS, TENANT_THINGS

NO_SUCH_THING = "00000000-0000-4000-8000-000000000000"
"""Named where the body that is visited can have no such thing: a kreisfreie Stadt makes no request to a Kreis."""
TOKEN_LIVES = 200
"""Seconds for which a machine's token is used again; it is valid for five minutes."""

Route = tuple[str, str]
"""Method and address, e.g. ``("GET", "/t/<slug>/mittel")``."""


@dataclass(frozen=True)
class Who:
    """Somebody who knocks: a person with one role in a tenant (or with several: role None), a machine, or nobody."""

    body: Body | None = None
    role: Role | None = None
    account_id: UUID | None = None
    machine: Machine | None = None
    scopes: frozenset[Permission] = frozenset()

    def __str__(self) -> str:
        if self.machine:
            return f"machine of {self.body.slug} with {len(self.scopes)} scopes"
        return f"{self.role or 'everything'} of {self.body.slug}" if self.body else "nobody"

    @property
    def permissions(self) -> frozenset[Permission]:
        return permissions_of([self.role]) if self.role else self.scopes

    def may(self, access: Access) -> bool:
        """Tell whether the rights suffice, wherever the tenant, and whether such a body has to do with it."""
        concerned = self.body is None or (access.bodies or EVERY_BODY).include(
            self.body.kind, self.body.traits
        )
        return concerned and (not access.permissions or bool(access.permissions & self.permissions))


NOBODY = Who()


def _kind(who: Who, address: str, addressed: Body, access: Access, entitled: set[Body | None]) -> object:
    """What distinguishes a visitor: how their tenant stands to the addressed one, and whether they have the right.

    A machine's token counts on no page and a person's cookie nowhere in the API, wherever they come from. A stranger is
    asked for the tenant before the right: beside somebody `entitled` of their tenant, those without it are alike. And a
    Kreis has children to itself; to all others it stands as a Gemeinde does.
    """
    if who.body is None:
        return None
    if (who.machine is None) == address.startswith("/api/"):
        return "cannot sign in"
    if who.body == addressed:
        return "own", who.may(access)
    if not who.may(access) and who.body in entitled:
        return "stranger without the right"
    if addressed.parent_id is None and who.body.parent_id != addressed.id:
        return "stranger of a Kreis"
    return who.body, who.may(access)


def one_of(those: Sequence[Who], route: Route) -> Who:
    """Return one of those who are alike, another one with each route."""
    return those[turn(route) % len(those)]


def turn(route: Route) -> int:
    """Return a number by which each route chooses differently, but always the same."""
    return crc32(" ".join(route).encode())


class Site:
    """The application on a database of its own, with one person per tenant and role, and machines."""

    def __init__(self, app: Flask, admin: Engine) -> None:
        self.app = app
        self.admin = admin
        self.rules: dict[Route, Rule] = {
            (method, rule.rule): rule for rule in app.url_map.iter_rules() for method in rule.methods or ()
        }
        self._kept: dict[tuple[str, int], str] = {}
        self._sessions: dict[Who, str] = {}
        self._tokens: dict[Who, tuple[float, str]] = {}
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
    def _person(connection: Connection, body: Body, *roles: Role) -> Who:
        account_id = uuid4()
        email = f"{'-'.join(roles)}@{body.slug}.example"
        connection.execute(
            text("INSERT INTO account (id, email, display_name) VALUES (:id, :email, 'Muster')"),
            {"id": account_id, "email": email},
        )
        for role in roles:
            create_membership(connection, account_id, email, body, role)
        if len(roles) == 1:
            return Who(body, roles[0], account_id)
        return Who(body, None, account_id, scopes=permissions_of(roles))

    def with_every_role(self, body: Body) -> Who:
        """Return a further person who may do all that a tenant of that kind can; none of `everybody`."""
        with self.admin.begin() as connection:
            roles = sorted(roles_for(body.kind, grant_recipient=body.is_grant_recipient))
            return self._person(connection, body, *roles)

    @property
    def everybody(self) -> list[Who]:
        return [NOBODY, *self.people, *self.machines]

    def visitors(self, route: Route, addressed: Body, among: Sequence[Who] | None = None) -> list[Who]:
        """Who of `among` (default: everybody) has to knock at a route of the `addressed` tenant."""
        among = self.everybody if among is None else among
        return list(among) if WHOLE else self.small(route, addressed, among)

    def small(self, route: Route, addressed: Body, among: Sequence[Who]) -> list[Who]:
        """Who of `among` differ in what the answer may depend on.

        Of several who are alike another one comes with each route, so that over all routes everybody does. Few routes
        are for a role with few rights: where it has the right, it always comes.
        """
        access = self.access(*route)
        api = route[1].startswith("/api/")
        entitled = {who.body for who in among if (who.machine is not None) == api and who.may(access)}
        alike: dict[object, list[Who]] = {}
        for who in among:
            alike.setdefault(_kind(who, route[1], addressed, access, entitled), []).append(who)
        come = [one_of(those, route) for those in alike.values()]
        with_the_right = alike.get(("own", True), [])
        if with_the_right:
            come.append(min(with_the_right, key=lambda who: len(who.permissions)))
        return list(dict.fromkeys(come))

    def access(self, method: str, address: str) -> Access:
        access = access_of(self.app.view_functions[self.rules[method, address].endpoint])
        assert access is not None, f"{method} {address} does not say who may use it"
        return access

    def path(self, route: Route, slug: str, things_of: Body | None, *, fresh: bool = False) -> str:
        """Fill in the variables of an address; `things_of` None: with things that do not exist.

        A tenant has one thing of each kind, unless a `fresh` one is asked for because the request may change it.
        """
        method, address = route
        rule = self.rules[method, address]
        values: dict[str, str] = {}
        for variable in rule.arguments - {"slug"}:
            if variable in CONSTANTS:
                values[variable] = CONSTANTS[variable]
            elif variable not in TENANT_THINGS:
                pytest.fail(f"no sample for <{variable}> in {address}: add one to tests/support/samples.py")
            elif things_of is None:
                values[variable] = str(uuid4())
            elif fresh:
                values[variable] = self._make(variable, things_of)
            else:
                kept = (variable, things_of.id)
                if kept not in self._kept:
                    self._kept[kept] = self._make(variable, things_of)
                values[variable] = self._kept[kept]
        if "slug" in rule.arguments:
            values["slug"] = slug
        return re.sub(r"<(?:[^<>]+:)?(\w+)>", lambda variable: values[variable[1]], address)

    def _make(self, variable: str, owner: Body) -> str:
        with self.admin.begin() as connection:
            return TENANT_THINGS[variable](connection, owner) or NO_SUCH_THING

    def visit(
        self,
        who: Who,
        method: str,
        path: str,
        *,
        forged: str | None = None,
        form: Sequence[tuple[str, str]] = (),
    ) -> TestResponse:
        """Send a request as `who`, with what a `form` holds; unsafe ones from a page of the portal, unless `forged`."""
        safe = method in SAFE_METHODS
        client = FlaskClient(self.app, self.app.response_class)
        headers = {"Sec-Fetch-Site": "cross-site" if forged == "from elsewhere" else "same-origin"}
        held = "nobody"
        if who.machine:
            headers["Authorization"] = f"Bearer {self._token(who)}"
        elif who.account_id:
            held = self._session(who)
            client.set_cookie(Cookie.SESSION, held)
        client.set_cookie(Cookie.FORM, "nobody")
        if not safe and forged != "without token":
            with self.app.app_context():
                headers[HEADER] = sealed_for("another session" if forged == "with another's token" else held)
        json_body = path.startswith("/api/") and not safe
        sent: dict[str, list[str]] = {}
        for name, value in form:
            sent.setdefault(name, []).append(value)
        response = client.open(
            path, method=method, headers=headers, json={} if json_body else None, data=sent or None
        )
        _check_headers(response)
        response.close()
        if not safe and response.status_code < 400:
            self._sessions.pop(who, None)  # what was done may have ended it
        return response

    def _token(self, who: Who) -> str:
        made, token = self._tokens.get(who, (0.0, ""))
        if time.monotonic() - made > TOKEN_LIVES or not token:
            with self.app.app_context():
                scopes = " ".join(sorted(who.scopes))
                token = issue_token(who.machine.client_id, who.body.slug, scopes)
            self._tokens[who] = (time.monotonic(), token)
        return token

    def _session(self, who: Who) -> str:
        """Return the cookie of somebody who is signed in."""
        if who in self._sessions:
            return self._sessions[who]
        token = f"session-{uuid4()}"
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
        self._sessions[who] = token
        return token


def _check_headers(response: TestResponse) -> None:
    """The headers of core/web/security.py stand on every answer, and nothing of a person is cached."""
    response.get_data()
    assert set(HEADERS) <= set(response.headers.keys())
    if "public" not in response.headers.get("Cache-Control", ""):
        assert "no-store" in response.headers["Cache-Control"]
    assert response.status_code < 500 or response.status_code == 503, response.text[:500]
