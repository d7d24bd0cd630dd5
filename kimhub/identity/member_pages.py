"""„Personen und Rollen“: who belongs to the own tenant, and as what."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kimhub.core.errors import ConflictError, InvalidInputError
from kimhub.core.fields.options import Option
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.forms import Form, bind, blank
from kimhub.core.web.navigation import add_area
from kimhub.core.web.view import Column, Crumb, Fact, NavigationEntry
from kimhub.identity.queries import members
from kimhub.identity.schemas import AddMembershipSchema
from kimhub.identity.usecases.add_membership import (
    DAYS_OF_FIRST_PASSWORD,
    AddedMember,
    AddMembership,
    Handover,
    add_membership,
    available_roles,
)
from kimhub.identity.usecases.end_membership import end_membership
from tenants import Permission, Role

_BASE = "/t/<slug>/verwaltung/personen"
_COLUMNS = (Column("Name"), Column("Rolle"), Column("E-Mail-Adresse"))
_ACTION = Column("Rolle beenden", hidden_label=True)


def add_to(identity: Blueprint) -> None:
    """Add the pages."""
    identity.add_url_rule(_BASE, view_func=members_list)
    identity.add_url_rule(f"{_BASE}/neu", view_func=new_member)
    identity.add_url_rule(f"{_BASE}/neu", view_func=submit_member, methods=["POST"])
    identity.add_url_rule(f"{_BASE}/<uuid:membership_id>/beenden", view_func=end_member, methods=["POST"])


def add_area_to(app: Flask) -> None:
    """Add „Verwaltung“ to the navigation."""
    add_area(
        app,
        70,
        "Verwaltung",
        "identity.members_list",
        Permission.MEMBER_READ,
        hint="Personen und ihre Rollen, Maschinenzugänge.",
    )


@requires(Permission.MEMBER_READ)
def members_list() -> ResponseReturnValue:
    """List people with their roles."""
    actor = current_actor()
    rows = members(actor.tenant_id)
    return render_template(
        "identity/members.html",
        members=[row for row in rows if row.ended_at is None],
        former=[row for row in rows if row.ended_at is not None],
        roles={role.value: role.label for role in Role},
        columns=[*_COLUMNS, Column("Seit"), *([_ACTION] if actor.may(Permission.MEMBER_MANAGE) else [])],
        former_columns=[*_COLUMNS, Column("Beendet")],
        may_manage=actor.may(Permission.MEMBER_MANAGE),
        tabs=tabs(),
        crumbs=_crumbs(),
    )


@requires(Permission.MEMBER_MANAGE)
def new_member() -> ResponseReturnValue:
    """Show the form for a further person or role."""
    return _form(blank(AddMembershipSchema(), {"handover": Handover.MAIL}, options=_roles()))


@requires(Permission.MEMBER_MANAGE)
def submit_member() -> ResponseReturnValue:
    """Give a person a role; show the first password once, if the account is new."""
    form = bind(AddMembershipSchema(), request.form, options=_roles())
    if not form.valid:
        return _form(form), 422
    try:
        added = add_membership(current_actor(), AddMembership(**form.data))
    except (InvalidInputError, ConflictError) as refusal:
        form.refuse(refusal)
        return _form(form), 422
    if added.first_password is None:
        flash(_told(added), "success")
        return redirect(url_for("identity.members_list", slug=current_actor().tenant_slug), code=303)
    facts = [
        Fact("E-Mail-Adresse", added.membership.email),
        Fact("Startpasswort", added.first_password),
    ]
    return render_template(
        "identity/first_password.html",
        added=added,
        facts=facts,
        days=DAYS_OF_FIRST_PASSWORD,
        crumbs=_crumbs("Startpasswort"),
    )


@requires(Permission.MEMBER_MANAGE)
def end_member(membership_id: UUID) -> ResponseReturnValue:
    """Take a role from a person."""
    membership = end_membership(current_actor(), membership_id)
    flash(f"Die Rolle von {membership.display_name} ist beendet.", "success")
    return redirect(url_for("identity.members_list", slug=current_actor().tenant_slug), code=303)


def tabs() -> list[NavigationEntry]:
    """Return the pages of „Verwaltung“ that the actor may open; none if there is only one."""
    actor = current_actor()
    if not actor.may(Permission.CLIENT_MANAGE):
        return []
    pages = {"identity.members_list": "Personen und Rollen", "identity.clients_list": "Maschinenzugänge"}
    return [
        NavigationEntry(
            label, url_for(endpoint, slug=actor.tenant_slug), current=endpoint == request.endpoint
        )
        for endpoint, label in pages.items()
    ]


def _told(added: AddedMember) -> str:
    who = added.membership.display_name
    if added.waits:
        return (
            f"{who} hat die Rolle und kann sie nutzen, sobald die E-Mail-Adresse über den Link bestätigt ist."
        )
    return f"{who} hat die Rolle und meldet sich mit dem bisherigen Passwort an."


def _roles() -> dict[str, list[Option]]:
    return {"role": [Option(role.value, role.label) for role in available_roles(current_actor())]}


def _form(form: Form) -> str:
    return render_template("identity/member_form.html", form=form, crumbs=_crumbs("Rolle vergeben"))


def _crumbs(*more: str) -> list[Crumb]:
    slug = current_actor().tenant_slug
    here = url_for("identity.members_list", slug=slug) if more else None
    return [
        Crumb("Heute", url_for("desk.today", slug=slug)),
        Crumb("Personen und Rollen", here),
        *(Crumb(label) for label in more),
    ]
