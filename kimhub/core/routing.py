"""Every route says who may use it, and runs in exactly one transaction with its actor bound.

`requires`, `signed_in`, `own_account` and `public` mark a view; `guard_views` wraps all views at the end of
`create_app` and refuses to start the application while one is unmarked. A view that only some bodies use says so, or
its whole blueprint does (`reserve`); navigation and buttons ask the same mark (`admitted`). An answer of 400 or more
rolls back: what says that it failed has changed nothing. GET and HEAD run read-only, unless the reading itself is
recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from http import HTTPStatus
from typing import Any, ParamSpec, TypeVar

from flask import Blueprint, Flask, current_app, g, make_response, request
from flask.sansio.blueprints import BlueprintSetupState
from sqlalchemy.exc import IntegrityError

from kimhub.core.attempt import declared_error
from tenants import EVERY_BODY, NOBODY, Actor, Bodies, Permission, SigningIn, transaction
from tenants.binding import Bound
from tenants.errors import NotFoundError, NotSignedInError

P = ParamSpec("P")
R = TypeVar("R")

_ACCESS = "__kimhub_access__"
AUTHENTICATORS = "kimhub.authenticators"
"""Key in ``app.extensions``: a function without arguments that returns the actor of this request or None."""
ACCOUNTS = "kimhub.accounts"
"""Key in ``app.extensions``: returns the person who is signed in, also before a tenant is chosen, or None."""
_RESERVED = "kimhub.reserved"
"""Key in ``app.extensions``: for which bodies each blueprint is that is not for all."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may use a route: anyone (`public`), anyone signed in, or who has one of `permissions`.

    `account` admits every person who is signed in, also one who acts for no tenant (yet); nobody acts in there.
    """

    permissions: frozenset[Permission] = frozenset()
    public: str = ""
    """Why the route needs nobody to be signed in; empty for all others."""
    account: bool = False
    transaction: bool = True
    at_sign_in: bool = False
    """Whether its transaction runs as kimhub_signin, the role that may ask for password hashes and begin sessions."""
    keeps_record: bool = False
    """Whether reading leaves a record (the reading log), so that also its GET must be able to write."""
    bodies: Bodies | None = None
    """Whose tenants have to do with it; None: those of its blueprint. Once guarded, a view has an answer."""

    def admits(self, actor: Actor) -> bool:
        """Tell whether an actor may use it: by one of its roles, and as the body for which it acts."""
        return (not self.permissions or bool(self.permissions & actor.permissions)) and actor.is_of(
            self.bodies or EVERY_BODY
        )


def _mark(access: Access) -> Callable[[Callable[P, R]], Callable[P, R]]:
    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        setattr(view, _ACCESS, access)
        return view

    return decorate


def requires(
    *permissions: Permission, keeps_record: bool = False, bodies: Bodies | None = None
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only actors with one of `permissions` use the view, and of `bodies` only where not all have to do with it.

    `keeps_record` is for downloads of shared files, whose GET enters a line in the reading log.
    """
    if not permissions:
        raise ValueError("name at least one permission; use signed_in for none")
    return _mark(Access(permissions=frozenset(permissions), keeps_record=keeps_record, bodies=bodies))


def signed_in() -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let every signed-in actor use the view, whatever its roles."""
    return _mark(Access())


def own_account() -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a person who is signed in use the view for their own account, whatever tenant they act for, if any."""
    return _mark(Access(account=True, at_sign_in=True))


def public(
    reason: str, *, transaction: bool = True, at_sign_in: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let anyone use the view; `reason` is shown in the access matrix.

    `at_sign_in` is for views through which somebody signs in, out, or sets a password.
    """
    return _mark(Access(public=reason, transaction=transaction, at_sign_in=at_sign_in))


def reserve(blueprint: Blueprint, bodies: Bodies) -> None:
    """Let only `bodies` use the views of `blueprint` that do not name others."""

    def note(state: BlueprintSetupState) -> None:
        state.app.extensions.setdefault(_RESERVED, {})[blueprint.name] = bodies

    blueprint.record(note)


def admitted(endpoint: str, actor: Actor) -> bool:
    """Tell whether `actor` may use a view: what is asked before an entry, link or button leads there."""
    access = access_of(current_app.view_functions[endpoint])
    return access is not None and access.admits(actor)


def access_of(view: Callable[..., Any]) -> Access | None:
    """Return what a view was marked with, or None."""
    return getattr(view, _ACCESS, None)


def current_actor() -> Actor:
    """Return who acts in this request; raises `NotSignedInError` on public routes without a sign-in."""
    actor: Actor | None = g.get("actor")
    if actor is None:
        raise NotSignedInError("Bitte melden Sie sich an.")
    return actor


def guard_views(app: Flask) -> None:
    """Wrap every view of `app`; raise `RuntimeError` naming each that does not say who may use it."""
    unmarked = []
    reserved: dict[str, Bodies] = app.extensions.get(_RESERVED, {})
    for endpoint, view in app.view_functions.items():
        access = access_of(view) or (_STATIC if endpoint.split(".")[-1] == "static" else None)
        if access is None:
            unmarked.append(endpoint)
            continue
        bodies = access.bodies or reserved.get(endpoint.rpartition(".")[0], EVERY_BODY)
        app.view_functions[endpoint] = _guarded(view, replace(access, bodies=bodies))
    if unmarked:
        raise RuntimeError(
            f"routes without @requires, @signed_in, @own_account or @public: {', '.join(sorted(unmarked))}"
        )


def address_own_tenant(app: Flask) -> None:
    """Fill in the tenant's slug wherever a page links to another page of the same tenant."""

    @app.url_defaults
    def own_slug(endpoint: str, values: dict[str, Any]) -> None:
        actor = g.get("actor")
        if actor is not None and "slug" not in values and app.url_map.is_endpoint_expecting(endpoint, "slug"):
            values["slug"] = actor.tenant_slug


_STATIC = Access(public="assets of the pages", transaction=False)


def _guarded(view: Callable[..., Any], access: Access) -> Callable[..., Any]:
    @wraps(view)
    def guarded(**arguments: Any) -> Any:
        if not access.transaction:
            return view(**arguments)
        actor = authenticate()
        bound: Bound = actor or NOBODY
        if access.account:
            person = current_app.extensions[ACCOUNTS]()
            if person is None:
                raise NotSignedInError("Bitte melden Sie sich an.")
            bound = SigningIn(person.account_id, g.get("request_id", ""))
        elif access.at_sign_in:
            bound = SigningIn(request_id=g.get("request_id", ""))
        elif not access.public:
            _admit(actor, access, arguments.get("slug"))
        arguments.pop("slug", None)
        read_only = request.method in {"GET", "HEAD", "OPTIONS"} and not access.keeps_record
        try:
            with transaction(bound, read_only=read_only) as session:
                response = make_response(view(**arguments))
                if response.status_code >= HTTPStatus.BAD_REQUEST:
                    session.rollback()
                return response
        except IntegrityError as violation:
            known = declared_error(violation)
            if known is None:
                raise
            raise known from violation

    setattr(guarded, _ACCESS, access)
    return guarded


def authenticate() -> Actor | None:
    """Return who acts in this request (asked once), or None."""
    if "actor" not in g:
        g.actor = current_app.extensions[AUTHENTICATORS]()
    actor: Actor | None = g.actor
    return actor


def _admit(actor: Actor | None, access: Access, slug: str | None) -> None:
    if actor is None:
        raise NotSignedInError("Bitte melden Sie sich an.")
    if slug is not None and slug != actor.tenant_slug:
        raise NotFoundError
    if access.permissions and not access.permissions & actor.permissions:
        actor.require(next(iter(access.permissions)))
    if access.bodies:
        actor.require_body(access.bodies)
