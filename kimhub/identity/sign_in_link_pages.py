"""Sign in without a password: ask for a link by mail, and the page behind it with one button (ADR 42)."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kimhub.core.routing import public
from kimhub.core.secret import Secret
from kimhub.core.web.forms import Form, bind, blank
from kimhub.identity.authenticate import current_sign_in
from kimhub.identity.forwarding import local_path, next_page
from kimhub.identity.link_pages import arrive, ask_for_link, followed_link
from kimhub.identity.schemas import AskForLinkSchema
from kimhub.identity.usecases.add_membership import SIGN_IN_PATH
from kimhub.identity.usecases.request_link import (
    MINUTES_OF_SIGN_IN_LINK,
    SIGN_IN_LINK_PATH,
    request_sign_in_link,
)
from kimhub.identity.usecases.sign_in_by_link import (
    LinkState,
    SignInLink,
    SignInLinkError,
    look_at_link,
    sign_in_by_link,
)

_WHY = "this is where one signs in without a password"
_OVER = {
    LinkState.USED: (
        "Mit diesem Link hat sich schon jemand angemeldet; jeder Link gilt nur einmal. Waren Sie das nicht, sagen "
        "Sie es der Person, die das Portal in Ihrem Haus verwaltet."
    ),
    LinkState.ENDED: (
        "Inzwischen ist ein anderer Link benutzt, ein Passwort festgelegt oder das Konto gesperrt worden. Damit enden "
        "alle Links von vorher."
    ),
    LinkState.EXPIRED: f"Dieser Link galt {MINUTES_OF_SIGN_IN_LINK} Minuten. Die sind vorbei.",
    LinkState.OTHER_ROLES: (
        "Sie haben jetzt eine Rolle, für die ein Link aus einer E-Mail nicht genügt. Melden Sie sich mit Ihrem "
        "Passwort an."
    ),
    LinkState.UNKNOWN: "Diesen Link gibt es nicht. Vielleicht ist beim Kopieren ein Stück verloren gegangen.",
}
"""What the holder of a link reads that signs nobody in (any more)."""


def add_to(identity: Blueprint) -> None:
    """Add the pages."""
    identity.add_url_rule(f"{SIGN_IN_PATH}/per-mail", view_func=ask_by_mail)
    identity.add_url_rule(f"{SIGN_IN_PATH}/per-mail", view_func=submit_ask_by_mail, methods=["POST"])
    identity.add_url_rule(SIGN_IN_LINK_PATH, view_func=show_sign_in_link)
    identity.add_url_rule(SIGN_IN_LINK_PATH, view_func=follow_sign_in_link, methods=["POST"])


@public(_WHY, at_sign_in=True)
def ask_by_mail() -> ResponseReturnValue:
    """Ask for the address."""
    return _ask_form(blank(AskForLinkSchema()), local_path(request.args.get("weiter")))


@public(_WHY, transaction=False, at_sign_in=True)
def submit_ask_by_mail() -> ResponseReturnValue:
    """Send a link, and say the same whoever has this address, and whatever they are."""
    form, target = bind(AskForLinkSchema(), request.form), local_path(request.form.get("weiter"))
    return ask_for_link(
        form,
        lambda asking: request_sign_in_link(asking, target),
        lambda refused: _ask_form(refused, target),
    ) or render_template(
        "identity/sign_in_link_sent.html", email=form.data["email"], minutes=MINUTES_OF_SIGN_IN_LINK
    )


def _ask_form(form: Form, target: str | None) -> str:
    return render_template("identity/by_mail.html", form=form, target=target)


@public(_WHY, at_sign_in=True)
def show_sign_in_link() -> ResponseReturnValue:
    """Show one button. Nothing happens until it is pressed: programs that check mails open each link in them."""
    token = request.args.get("link", "")
    link = look_at_link(token)
    found = current_sign_in()
    if found and found.tenant and found.account_id == link.account_id:
        return redirect(next_page(link.target, found.tenant.slug), code=303)
    if link.state is not LinkState.OPEN:
        return _over(link)
    return render_template("identity/sign_in_link.html", token=Secret(token), email=link.email)


@public(_WHY, at_sign_in=True)
def follow_sign_in_link() -> ResponseReturnValue:
    """Begin a session, and go on where the person wanted to go."""
    try:
        signed_in, target = sign_in_by_link(followed_link())
    except SignInLinkError as refusal:
        return _over(refusal.link)
    return arrive(signed_in, target)


def _over(link: SignInLink) -> ResponseReturnValue:
    page = render_template(
        "identity/sign_in_link_over.html",
        why=_OVER[link.state],
        by_password=link.state is LinkState.OTHER_ROLES,
        target=link.target,
    )
    return page, SignInLinkError.status
