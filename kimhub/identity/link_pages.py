"""Ask for a link by mail when the password is forgotten, and the page behind such a link: choose a password."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kimhub.core.errors import InvalidInputError, TooManyRequestsError
from kimhub.core.routing import public
from kimhub.core.secret import Secret
from kimhub.core.web.forms import Form, bind, blank
from kimhub.identity.schemas import ForgottenPasswordSchema, SetPasswordSchema
from kimhub.identity.usecases.add_membership import LINK_PATH
from kimhub.identity.usecases.request_password_link import HOURS_OF_LINK, request_password_link
from kimhub.identity.usecases.set_password import SetPassword, owner_of_link, set_password

FORGOTTEN_PATH = "/konto/passwort-vergessen"
_WHY = "whoever received the link by mail is not signed in yet"
_FORGOT = "whoever forgot the password cannot sign in"


def add_to(identity: Blueprint) -> None:
    """Add the page."""
    identity.add_url_rule(FORGOTTEN_PATH, view_func=forgotten_password)
    identity.add_url_rule(FORGOTTEN_PATH, view_func=request_link, methods=["POST"])
    identity.add_url_rule(LINK_PATH, view_func=show_link)
    identity.add_url_rule(LINK_PATH, view_func=follow_link, methods=["POST"])


@public(_FORGOT, at_sign_in=True)
def forgotten_password() -> str:
    """Ask for the address."""
    return _request_form(blank(ForgottenPasswordSchema()))


@public(_FORGOT, transaction=False, at_sign_in=True)
def request_link() -> ResponseReturnValue:
    """Send a link, and say the same whether anybody has this address or not."""
    form = bind(ForgottenPasswordSchema(), request.form)
    if not form.valid:
        return _request_form(form), 422
    try:
        request_password_link(form.data["email"], request.remote_addr)
    except InvalidInputError as refusal:
        form.refuse(refusal)
        return _request_form(form), 422
    except TooManyRequestsError as refusal:
        form.refuse(refusal)
        return _request_form(form), refusal.status, {"Retry-After": str(refusal.extra["retry_after"])}
    return render_template("identity/link_sent.html", email=form.data["email"], hours=HOURS_OF_LINK)


def _request_form(form: Form) -> str:
    return render_template("identity/forgotten.html", form=form)


@public(_WHY, at_sign_in=True)
def show_link() -> ResponseReturnValue:
    """Show the form; nothing happens until it is sent, so that a mail scanner uses up no link."""
    token = request.args.get("link", "")
    return _form(blank(SetPasswordSchema()), token, owner_of_link(token))


@public(_WHY, at_sign_in=True)
def follow_link() -> ResponseReturnValue:
    """Set the password."""
    token = request.form.get("link", "")
    email = owner_of_link(token)
    form = bind(SetPasswordSchema(), request.form)
    if not form.valid:
        return _form(form, token, email), 422
    try:
        set_password(token, SetPassword(**form.data))
    except InvalidInputError as refusal:
        form.refuse(refusal)
        return _form(form, token, email), 422
    flash("Ihr Passwort ist festgelegt. Melden Sie sich nun damit an.", "success")
    return redirect(url_for("identity.sign_in"), code=303)


def _form(form: Form, token: str, email: str) -> str:
    return render_template("identity/link.html", form=form, token=Secret(token), email=email)
