"""The own account: where one is signed in, and the password."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kimhub.core.errors import InvalidInputError, NotSignedInError, TooManyRequestsError
from kimhub.core.formats import moment
from kimhub.core.routing import own_account
from kimhub.core.web.forms import Form, bind, blank
from kimhub.core.web.tables import MOMENT, Address, ListColumn, StepColumn, draw_table
from kimhub.identity.authenticate import current_sign_in
from kimhub.identity.schemas import ChangePasswordSchema
from kimhub.identity.sessions import SignIn, TenantChoice
from kimhub.identity.usecases.change_password import ChangePassword, change_password
from kimhub.identity.usecases.end_sessions import end_other_sessions, end_own_session, own_sessions
from kimhub.identity.web_session import adopt, current_token
from tenants.naming import at

_COLUMNS = (
    ListColumn(
        "Gerät",
        lambda row: row.device or "Browser",
        note=lambda row: "diese Anmeldung" if row.is_current else None,
    ),
    ListColumn("Kommune", "tenant_name"),
    ListColumn("Angemeldet seit", "signed_in_at", MOMENT),
    ListColumn("Zuletzt genutzt", "last_seen_at", MOMENT),
    StepColumn(
        "Beenden",
        lambda row: f"{row.device}, {moment(row.signed_in_at)}",
        url=Address("identity.end_session", session_id=lambda row: None if row.is_current else row.id),
    ),
)


def add_to(identity: Blueprint) -> None:
    """Add the pages of the own account."""
    identity.add_url_rule("/konto", view_func=account)
    identity.add_url_rule("/konto/passwort", view_func=password)
    identity.add_url_rule("/konto/passwort", view_func=submit_password, methods=["POST"])
    identity.add_url_rule("/konto/anmeldungen/beenden", view_func=end_others, methods=["POST"])
    identity.add_url_rule(
        "/konto/anmeldungen/<uuid:session_id>/beenden", view_func=end_session, methods=["POST"]
    )


@own_account()
def account() -> ResponseReturnValue:
    """Show the own account."""
    sign_in, token = _own()
    sessions = own_sessions(token)
    return render_template(
        "identity/account.html",
        sign_in=sign_in,
        roles=_roles_in(sign_in.tenant) if sign_in.tenant else None,
        sessions=draw_table(_COLUMNS, sessions, caption="Ihre Anmeldungen", table_id="anmeldungen"),
        has_others=len(sessions) > 1,
    )


def _roles_in(tenant: TenantChoice) -> str:
    names = ", ".join(role.label for role in tenant.roles)
    return f"Ihre {'Rolle' if len(tenant.roles) == 1 else 'Rollen'} {at(tenant.name)}: {names}."


@own_account()
def password() -> ResponseReturnValue:
    """Show the form for a new password."""
    sign_in, _ = _own()
    return _password_form(blank(ChangePasswordSchema()), sign_in)


@own_account()
def submit_password() -> ResponseReturnValue:
    """Change the password."""
    sign_in, token = _own()
    form = bind(ChangePasswordSchema(), request.form)
    status = 422
    if form.valid:
        try:
            adopt(change_password(sign_in, token, ChangePassword(**form.data)))
        except InvalidInputError as refusal:
            form.refuse(refusal)
        except TooManyRequestsError as refusal:
            form.refuse(refusal)
            status = refusal.status
    if not form.valid:
        return _password_form(form, sign_in), status
    flash("Ihr Passwort ist geändert. Alle anderen Anmeldungen mit Ihrem Konto sind beendet.", "success")
    return redirect(url_for("identity.account" if sign_in.tenant else "identity.sign_in"), code=303)


@own_account()
def end_session(session_id: UUID) -> ResponseReturnValue:
    """End one other session."""
    _, token = _own()
    end_own_session(token, session_id)
    flash("Die Anmeldung ist beendet.", "success")
    return redirect(url_for("identity.account"), code=303)


@own_account()
def end_others() -> ResponseReturnValue:
    """End all other sessions."""
    _, token = _own()
    ended = end_other_sessions(token)
    flash(
        "Es gab keine andere Anmeldung." if not ended else "Alle anderen Anmeldungen sind beendet.", "success"
    )
    return redirect(url_for("identity.account"), code=303)


def _own() -> tuple[SignIn, str]:
    sign_in, token = current_sign_in(), current_token()
    if sign_in is None or token is None:
        raise NotSignedInError("Bitte melden Sie sich an.")
    return sign_in, token


def _password_form(form: Form, sign_in: SignIn) -> str:
    return render_template("identity/password.html", form=form, first=sign_in.must_change_password)
