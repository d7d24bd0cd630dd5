"""The page behind the link in the mail: choose a password."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kimhub.core.errors import InvalidInputError
from kimhub.core.routing import public
from kimhub.core.web.forms import Form, bind, blank
from kimhub.identity.schemas import SetPasswordSchema
from kimhub.identity.usecases.add_membership import LINK_PATH
from kimhub.identity.usecases.set_password import SetPassword, owner_of_link, set_password

_WHY = "whoever received the link by mail is not signed in yet"


def add_to(identity: Blueprint) -> None:
    """Add the page."""
    identity.add_url_rule(LINK_PATH, view_func=show_link)
    identity.add_url_rule(LINK_PATH, view_func=follow_link, methods=["POST"])


@public(_WHY)
def show_link() -> ResponseReturnValue:
    """Show the form; nothing happens until it is sent, so that a mail scanner uses up no link."""
    token = request.args.get("link", "")
    return _form(blank(SetPasswordSchema()), token, owner_of_link(token))


@public(_WHY)
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
    return render_template("identity/link.html", form=form, token=token, email=email)
