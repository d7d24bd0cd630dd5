"""„Personen und Rollen“: who belongs to the own tenant, and as what."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Flask, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import RowMapping

from kimhub.core.errors import ConflictError, InvalidInputError
from kimhub.core.fields.options import Option
from kimhub.core.formats import day
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.asking import ask_page
from kimhub.core.web.forms import Form, bind, blank
from kimhub.core.web.lists import ListPage
from kimhub.core.web.narrowing import AlsoFilter, ChoiceFilter, WordFilter
from kimhub.core.web.navigation import add_area
from kimhub.core.web.tables import ADDRESS, DAY, WORD, Address, ListColumn, StepColumn
from kimhub.core.web.view import Action, Crumb, Empty, Fact
from kimhub.identity.administration import administration_tabs, in_administration
from kimhub.identity.queries import MEMBERS, get_membership, slowed_people
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
from tenants import Permission, Role, db

_BASE = "/t/<slug>/verwaltung/personen"


def _standing(row: RowMapping) -> str | None:
    if row["ended_at"]:
        return f"beendet am {day(row['ended_at'])}"
    if row["is_disabled"]:
        return "Konto gesperrt"
    return None if row["accepted_at"] else "eingeladen"


def _refused(row: RowMapping) -> str | None:
    return "nimmt keine E-Mails an" if row["is_refused"] else None


LIST = ListPage(
    MEMBERS,
    caption="Personen und Rollen",
    columns=(
        ListColumn("Name", "display_name", sort="name"),
        ListColumn("Rolle", lambda row: Role(row["role"]).label, WORD, note=_standing, sort="role"),
        ListColumn("E-Mail-Adresse", "email", ADDRESS, note=_refused),
        ListColumn("Seit", "created_at", DAY, sort="since"),
        StepColumn(
            "Rolle beenden",
            lambda row: f"{row['display_name']}, {Role(row['role']).label}",
            url=Address("identity.end_member", membership_id=lambda row: None if row["ended_at"] else row["id"]),
            asks=True,
            permission=Permission.MEMBER_MANAGE,
        ),
    ),
    filters=(
        WordFilter("suche", "Name oder E-Mail-Adresse"),
        ChoiceFilter("rolle", "Rolle", "role", [Option(role.value, role.label) for role in Role]),
        AlsoFilter("beendete", "Beendete Rollen", "present"),
    ),
    one="Rolle",
    many="Rollen",
    empty=Empty("Noch niemand", "Hier steht, wer für Ihre Verwaltung arbeitet, und in welcher Rolle."),
    download_endpoint="identity.download_members",
)  # fmt: skip


def add_to(identity: Blueprint) -> None:
    """Add the pages."""
    identity.add_url_rule(_BASE, view_func=members_list)
    identity.add_url_rule(f"{_BASE}/liste.<table_format>", view_func=download_members)
    identity.add_url_rule(f"{_BASE}/neu", view_func=new_member)
    identity.add_url_rule(f"{_BASE}/neu", view_func=submit_member, methods=["POST"])
    identity.add_url_rule(
        f"{_BASE}/<uuid:membership_id>/beenden", view_func=end_member, methods=["GET", "POST"]
    )


def add_area_to(app: Flask) -> None:
    """Add „Verwaltung“ to the navigation."""
    add_area(
        app,
        70,
        "Verwaltung",
        "identity.members_list",
        Permission.MEMBER_READ,
    )
    in_administration(app, 10, "Personen und Rollen", "identity.members_list")
    in_administration(app, 40, "Stammdaten", "identity.tenant_facts")
    in_administration(app, 50, "Maschinenzugänge", "identity.clients_list")


@requires(Permission.MEMBER_READ)
def members_list() -> str:
    """List people with their roles."""
    may_manage = current_actor().may(Permission.MEMBER_MANAGE)
    return LIST.page(
        "Personen und Rollen",
        template="identity/members.html",
        slowed=slowed_people(current_actor().tenant_id) if may_manage else [],
        crumbs=_crumbs(),
        tabs=administration_tabs(),
        tabs_label="Verwaltung",
        actions=[Action("Rolle vergeben", url_for("identity.new_member"))] if may_manage else [],
    )


@requires(Permission.MEMBER_READ)
def download_members(table_format: str) -> Response:
    """Send every row of the narrowed list as XLSX or CSV."""
    return LIST.download(table_format)


@requires(Permission.MEMBER_MANAGE)
def new_member() -> ResponseReturnValue:
    """Show the form for a further person or role."""
    return _form(blank(AddMembershipSchema(), {"handover": Handover.MAIL}, options=_roles()))


@requires(Permission.MEMBER_MANAGE)
def submit_member() -> ResponseReturnValue:
    """Give a person a role; show the first password once, if it is to be handed over."""
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
    """Ask, then take a role from a person."""
    found = get_membership(db.session(), membership_id)
    here = url_for("identity.members_list", slug=current_actor().tenant_slug)
    return ask_page(
        lambda: end_membership(current_actor(), membership_id),
        about=None,
        heading="Rolle beenden?",
        facts=[Fact("Person", found.display_name), Fact("Rolle", Role(found.role).label)],
        consequences=[
            f"{found.display_name} arbeitet ab sofort nicht mehr in dieser Rolle für Ihre Verwaltung.",
            "Was diese Person geschrieben hat, bleibt. Die Rolle können Sie jederzeit neu vergeben.",
        ],
        submit="Rolle beenden",
        crumbs=_crumbs("Rolle beenden"),
        back_url=here,
        then=lambda _: here,
        done=f"Die Rolle von {found.display_name} ist beendet.",
    )


def _told(added: AddedMember) -> str:
    who = added.membership.display_name
    if added.invited:
        return f"{who} ist eingeladen und bekommt eine E-Mail. Die Rolle gilt, sobald die Person sie annimmt."
    return f"{who} hat die Rolle. Wer schon zu Ihrer Verwaltung gehört, braucht sie nicht anzunehmen."


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
