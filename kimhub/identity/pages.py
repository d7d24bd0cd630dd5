"""Sign in, sign out, choose for whom to work."""

from __future__ import annotations

from flask import (
    Blueprint,
    Flask,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from kimhub.core.errors import SIGN_IN_ANSWER, TooManyRequestsError
from kimhub.core.routing import own_account, public
from kimhub.core.web import set_frame
from kimhub.core.web.forms import Form, bind, blank
from kimhub.desk.public import add_source
from kimhub.identity import (
    account_pages,
    client_pages,
    cookies,
    link_pages,
    member_pages,
    sign_in_link_pages,
    tenant_pages,
)
from kimhub.identity.authenticate import current_sign_in, init_authentication, init_strangers_files
from kimhub.identity.cookies import Cookie
from kimhub.identity.csrf import init_csrf
from kimhub.identity.desk import SOURCES
from kimhub.identity.forwarding import Typed, go_on, keep, kept, local_path, next_page
from kimhub.identity.frame import frame
from kimhub.identity.schemas import SignInSchema
from kimhub.identity.sessions import device_of
from kimhub.identity.usecases.add_membership import ACCESS_PATH, SIGN_IN_PATH
from kimhub.identity.usecases.answer_invitation import answer_invitation, invitations
from kimhub.identity.usecases.choose_tenant import choose_tenant, tenant_choices
from kimhub.identity.usecases.sign_in import SignInCommand, SignInRefusedError
from kimhub.identity.usecases.sign_in import sign_in as begin_session
from kimhub.identity.usecases.sign_in import sign_out as end_session
from kimhub.identity.web_session import adopt, current_token, init_web_session
from tenants import Role
from tenants.naming import nominative, to_begin

_NOT_BY_LINK = (
    "Sie haben die Einladung angenommen. Für diese Rolle melden Sie sich mit einem Passwort an. Haben Sie noch keines, "
    "wählen Sie „Passwort vergessen?“."
)


def init_app(app: Flask) -> None:
    """Register the pages, the protection of all forms, the frame of all pages."""
    init_authentication(app)
    init_strangers_files(app)
    init_csrf(app)
    init_web_session(app)
    set_frame(app, frame)
    app.extensions[SIGN_IN_ANSWER] = ask_to_sign_in
    identity = Blueprint("identity", __name__, template_folder="templates")
    identity.add_url_rule(SIGN_IN_PATH, view_func=sign_in)
    identity.add_url_rule(SIGN_IN_PATH, view_func=submit_sign_in, methods=["POST"])
    identity.add_url_rule("/abmelden", view_func=sign_out, methods=["POST"])
    identity.add_url_rule(ACCESS_PATH, view_func=access)
    identity.add_url_rule(ACCESS_PATH, view_func=choose_access, methods=["POST"])
    identity.add_url_rule(f"{ACCESS_PATH}/einladung", view_func=answer, methods=["POST"])
    account_pages.add_to(identity)
    link_pages.add_to(identity)
    sign_in_link_pages.add_to(identity)
    member_pages.add_to(identity)
    client_pages.add_to(identity)
    tenant_pages.add_to(identity)
    app.register_blueprint(identity)
    member_pages.add_area_to(app)
    for source in SOURCES:
        add_source(app, source)


@public("this is where one signs in", at_sign_in=True)
def sign_in() -> ResponseReturnValue:
    """Show the sign-in form; who is signed in already goes on."""
    target = local_path(request.args.get("weiter"))
    found = current_sign_in()
    if found is None:
        return _form(blank(SignInSchema()), target)
    if found.must_change_password:
        return redirect(url_for("identity.password"), code=303)
    if found.tenant is None:
        return redirect(url_for("identity.access", weiter=target), code=303)
    return redirect(next_page(target, found.tenant.slug), code=303)


@public("this is where one signs in", at_sign_in=True)
def submit_sign_in() -> ResponseReturnValue:
    """Begin a session, and go on where the person wanted to go or was interrupted."""
    target = local_path(request.form.get("weiter"))
    typed = kept(request.form.get("eingaben", ""))
    form = bind(SignInSchema(), request.form)
    if not form.valid:
        return _form(form, target, typed, status=422)
    try:
        signed_in = begin_session(
            SignInCommand(
                email=form.data["email"],
                password=form.data["password"],
                address=request.remote_addr,
                browser_mark=cookies.read(Cookie.BROWSER),
                device=device_of(request.user_agent.string),
                previous_token=current_token(),
            )
        )
    except SignInRefusedError as refusal:
        form.refuse(refusal)
        return _form(form, target, typed, status=refusal.status)
    except TooManyRequestsError as refusal:
        form.refuse(refusal)
        response = make_response(_form(form, target, typed, status=refusal.status))
        response.headers["Retry-After"] = str(refusal.extra["retry_after"])
        return response
    response = make_response(go_on(signed_in, target, typed))
    cookies.write(response, Cookie.BROWSER, signed_in.browser_mark)
    return response


@public("signing out twice is no error", at_sign_in=True)
def sign_out() -> ResponseReturnValue:
    """End the session."""
    token = current_token()
    if token:
        end_session(token)
    response = make_response(redirect(url_for("identity.sign_in"), code=303))
    cookies.forget(response, Cookie.SESSION)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@own_account()
def access() -> ResponseReturnValue:
    """Show for whom the person may work."""
    found, token = current_sign_in(), current_token() or ""
    return render_template(
        "identity/access.html",
        choices=tenant_choices(token),
        invitations=invitations(token),
        current=found.tenant.slug if found and found.tenant else None,
        target=local_path(request.args.get("weiter")),
    )


@own_account()
def choose_access() -> ResponseReturnValue:
    """Work for another tenant from now on."""
    token, choice = choose_tenant(current_token() or "", request.form.get("kommune", ""))
    adopt(token)
    return redirect(next_page(request.form.get("weiter"), choice.slug), code=303)


@own_account()
def answer() -> ResponseReturnValue:
    """Take up the roles that a tenant offers and begin there, or decline them."""
    token, accept = current_token() or "", request.form.get("antwort") == "annehmen"
    offered = answer_invitation(token, request.form.get("kommune", ""), accept=accept)
    whose = to_begin(nominative(offered.name))
    if not accept:
        flash(f"Sie haben die Einladung abgelehnt. {whose} sieht, dass die Rolle beendet ist.", "success")
        return redirect(url_for("identity.access"), code=303)
    found = current_sign_in()
    if found and found.by_link and set(offered.roles) != {Role.COMMITTEE_MEMBER}:
        flash(_NOT_BY_LINK, "info")
        return redirect(url_for("identity.sign_in"), code=303)
    token, choice = choose_tenant(token, offered.slug)
    adopt(token)
    flash(f"Sie arbeiten jetzt auch hier: {choice.name}.", "success")
    return redirect(next_page(None, choice.slug), code=303)


def ask_to_sign_in() -> ResponseReturnValue:
    """Answer a request for a page that needs somebody to act, when nobody does.

    A form that was sent after the session ended is kept in the sign-in page and can be sent again afterwards.
    """
    in_htmx = bool(request.headers.get("HX-Request"))
    if request.method in {"GET", "HEAD"}:
        target = url_for("identity.sign_in", weiter=request.full_path.removesuffix("?"))
        if in_htmx:
            return Response(status=204, headers={"HX-Redirect": target})
        return redirect(target, code=303)
    if in_htmx:
        headers = {"HX-Retarget": "#inhalt", "HX-Reswap": "afterbegin"}
        return render_template("identity/_session_over.html"), 401, headers
    if current_sign_in() is not None:
        return redirect(url_for("identity.sign_in"), code=303)
    typed = list(request.form.items(multi=True))
    return _form(blank(SignInSchema()), local_path(request.full_path.removesuffix("?")), typed, status=401)


def _form(form: Form, target: str | None, typed: Typed = (), status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "identity/sign_in.html", form=form, target=target, typed=keep(typed) if typed else None
    )
    return page, status
