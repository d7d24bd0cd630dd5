"""Ask for a link by mail when the password is forgotten, and the page behind such a link: choose a password."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kimhub.core.errors import InvalidInputError, TooManyRequestsError
from kimhub.core.routing import public
from kimhub.core.secret import Secret
from kimhub.core.web.forms import Form, bind, blank
from kimhub.identity import cookies
from kimhub.identity.cookies import Cookie
from kimhub.identity.forwarding import go_on
from kimhub.identity.schemas import AskForLinkSchema, SetPasswordSchema
from kimhub.identity.sessions import device_of
from kimhub.identity.usecases.accept_by_link import accept_by_link
from kimhub.identity.usecases.add_membership import LINK_PATH
from kimhub.identity.usecases.request_link import HOURS_OF_LINK, Asking, request_password_link
from kimhub.identity.usecases.set_password import LinkOwner, SetPassword, owner_of_link, set_password
from kimhub.identity.usecases.sign_in import SignedIn
from kimhub.identity.usecases.sign_in_by_link import FollowedLink
from kimhub.identity.web_session import current_token

FORGOTTEN_PATH = "/konto/passwort-vergessen"
_WHY = "whoever received the link by mail is not signed in yet"
_FORGOT = "whoever forgot the password cannot sign in"


def add_to(identity: Blueprint) -> None:
    """Add the page."""
    identity.add_url_rule(FORGOTTEN_PATH, view_func=forgotten_password)
    identity.add_url_rule(FORGOTTEN_PATH, view_func=request_link, methods=["POST"])
    identity.add_url_rule(LINK_PATH, view_func=show_link)
    identity.add_url_rule(LINK_PATH, view_func=follow_link, methods=["POST"])
    identity.add_url_rule(f"{LINK_PATH}/ohne-passwort", view_func=accept_link, methods=["POST"])


@public(_FORGOT, at_sign_in=True)
def forgotten_password() -> str:
    """Ask for the address."""
    return _request_form(blank(AskForLinkSchema()))


@public(_FORGOT, transaction=False, at_sign_in=True)
def request_link() -> ResponseReturnValue:
    """Send a link, and say the same whether anybody has this address or not."""
    form = bind(AskForLinkSchema(), request.form)
    return ask_for_link(form, request_password_link, _request_form) or render_template(
        "identity/link_sent.html", email=form.data["email"], hours=HOURS_OF_LINK
    )


def ask_for_link(
    form: Form, ask: Callable[[Asking], None], draw: Callable[[Form], str]
) -> ResponseReturnValue | None:
    """Ask for a link as the form says; return the form's page if it was refused, else None."""
    if not form.valid:
        return draw(form), 422
    asking = Asking(form.data["email"], request.remote_addr, cookies.read(Cookie.BROWSER))
    try:
        ask(asking)
    except InvalidInputError as refusal:
        form.refuse(refusal)
        return draw(form), 422
    except TooManyRequestsError as refusal:
        form.refuse(refusal)
        return draw(form), refusal.status, {"Retry-After": str(refusal.extra["retry_after"])}
    return None


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
    owner = owner_of_link(token)
    form = bind(SetPasswordSchema(), request.form)
    if not form.valid:
        return _form(form, token, owner), 422
    try:
        set_password(token, SetPassword(**form.data))
    except InvalidInputError as refusal:
        form.refuse(refusal)
        return _form(form, token, owner), 422
    flash("Ihr Passwort ist festgelegt. Melden Sie sich nun damit an.", "success")
    return redirect(url_for("identity.sign_in"), code=303)


@public(_WHY, at_sign_in=True)
def accept_link() -> ResponseReturnValue:
    """Take up an invitation without choosing a password, and begin."""
    return arrive(accept_by_link(followed_link()))


def followed_link() -> FollowedLink:
    """Return the link of the form that was sent, and in which browser."""
    return FollowedLink(
        request.form.get("link", ""), device_of(request.user_agent.string), previous_token=current_token()
    )


def arrive(signed_in: SignedIn, target: str | None = None) -> ResponseReturnValue:
    """Lead on whoever has signed in by a link, and mark the browser as one that they know."""
    response = make_response(go_on(signed_in, target))
    cookies.write(response, Cookie.BROWSER, signed_in.browser_mark)
    return response


def _form(form: Form, token: str, owner: LinkOwner) -> str:
    return render_template("identity/link.html", form=form, token=Secret(token), owner=owner)
