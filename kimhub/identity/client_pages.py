"""„Maschinenzugänge“: which machines work for the own tenant."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kimhub.core.errors import InvalidInputError
from kimhub.core.fields.options import Option
from kimhub.core.formats import day
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.asking import ask_page
from kimhub.core.web.forms import Form, bind, blank
from kimhub.core.web.lists import ListPage
from kimhub.core.web.tables import DAY, Address, ListColumn, StepColumn
from kimhub.core.web.view import Action, Crumb, Empty, Fact
from kimhub.identity.administration import administration_tabs
from kimhub.identity.queries import CLIENTS, get_client
from kimhub.identity.schemas import RegisterClientSchema
from kimhub.identity.tokens import issuer
from kimhub.identity.usecases.end_client import end_client
from kimhub.identity.usecases.register_client import RegisterClient, available_scopes, register_client
from tenants import Permission, db

_BASE = "/t/<slug>/verwaltung/maschinenzugaenge"
LIST = ListPage(
    CLIENTS,
    caption="Maschinenzugänge",
    columns=(
        ListColumn("Bezeichnung", "name"),
        ListColumn("Kennung", "id"),
        ListColumn(
            "Berechtigungen", lambda row: ", ".join(Permission(scope).label for scope in row["scopes"])
        ),
        ListColumn("Angelegt", "created_at", DAY, sort="created"),
        StepColumn(
            "Beenden",
            "name",
            url=Address("identity.end", client_id=lambda row: None if row["ended_at"] else row["id"]),
            asks=True,
            otherwise=lambda row: f"beendet am {day(row['ended_at'])}",
        ),
    ),
    one="Zugang",
    many="Zugänge",
    empty=Empty(
        "Noch kein Maschinenzugang",
        "Legen Sie einen an, wenn ein Fachverfahren Daten lesen oder liefern soll.",
    ),
)


def add_to(identity: Blueprint) -> None:
    """Add the pages."""
    identity.add_url_rule(_BASE, view_func=clients_list)
    identity.add_url_rule(f"{_BASE}/neu", view_func=new_client)
    identity.add_url_rule(f"{_BASE}/neu", view_func=submit_client, methods=["POST"])
    identity.add_url_rule(f"{_BASE}/<uuid:client_id>/beenden", view_func=end, methods=["GET", "POST"])


@requires(Permission.CLIENT_MANAGE)
def clients_list() -> str:
    """List the machine clients."""
    return LIST.page(
        "Maschinenzugänge",
        crumbs=_crumbs(),
        tabs=administration_tabs(),
        tabs_label="Verwaltung",
        intro="Mit einem Maschinenzugang arbeitet ein Fachverfahren über die Schnittstelle für Ihre Verwaltung.",
        actions=[Action("Zugang anlegen", url_for("identity.new_client"))],
    )


@requires(Permission.CLIENT_MANAGE)
def new_client() -> ResponseReturnValue:
    """Show the form for a further machine."""
    return _form(blank(RegisterClientSchema(), options=_scopes()))


@requires(Permission.CLIENT_MANAGE)
def submit_client() -> ResponseReturnValue:
    """Register a machine and show its secret once."""
    form = bind(RegisterClientSchema(), request.form, options=_scopes())
    if not form.valid:
        return _form(form), 422
    scopes = frozenset(Permission(value) for value in form.data["scopes"])
    try:
        registered = register_client(current_actor(), RegisterClient(form.data["name"], scopes))
    except InvalidInputError as refusal:
        form.refuse(refusal)
        return _form(form), 422
    return render_template(
        "identity/client_secret.html",
        facts=[
            Fact("Bezeichnung", registered.client.name),
            Fact("Kennung (client_id)", str(registered.client.id)),
            Fact("Geheimer Schlüssel (client_secret)", registered.secret),
            Fact("Adresse für Zugriffstoken", f"{issuer()}{url_for('oauth.token')}"),
        ],
        crumbs=_crumbs("Zugangsdaten"),
    )


@requires(Permission.CLIENT_MANAGE)
def end(client_id: UUID) -> ResponseReturnValue:
    """Ask, then shut a machine out."""
    found = get_client(db.session(), client_id)
    here = url_for("identity.clients_list", slug=current_actor().tenant_slug)
    return ask_page(
        lambda: end_client(current_actor(), client_id),
        about=None,
        heading=f"Zugang „{found.name}“ beenden?",
        consequences=[
            "Das Fachverfahren kommt mit diesem Zugang ab sofort nicht mehr herein.",
            "Das lässt sich nicht rückgängig machen. Ein neuer Zugang bekommt einen neuen geheimen Schlüssel.",
        ],
        submit="Zugang beenden",
        crumbs=_crumbs("Zugang beenden"),
        back_url=here,
        then=lambda _: here,
        done=f"Der Zugang „{found.name}“ ist beendet.",
    )


def _scopes() -> dict[str, list[Option]]:
    return {"scopes": [Option(scope.value, scope.label) for scope in available_scopes(current_actor())]}


def _form(form: Form) -> str:
    return render_template("identity/client_form.html", form=form, crumbs=_crumbs("Zugang anlegen"))


def _crumbs(*more: str) -> list[Crumb]:
    slug = current_actor().tenant_slug
    here = url_for("identity.clients_list", slug=slug) if more else None
    return [
        Crumb("Heute", url_for("desk.today", slug=slug)),
        Crumb("Personen und Rollen", url_for("identity.members_list", slug=slug)),
        Crumb("Maschinenzugänge", here),
        *(Crumb(label) for label in more),
    ]
