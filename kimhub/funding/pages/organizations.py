"""The address book: whom the tenant passes money on to, besides other tenants."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from kimhub.core.fields.options import Option
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.asking import say
from kimhub.core.web.form_pages import Edits, form_page
from kimhub.core.web.lists import ListPage
from kimhub.core.web.narrowing import AlsoFilter, ChoiceFilter, WordFilter
from kimhub.core.web.tables import ADDRESS, WORD, Address, ListColumn
from kimhub.core.web.view import Action, Badge, Crumb, Empty, Fact
from kimhub.funding.models import Organization, OrganizationKind
from kimhub.funding.organization_queries import ORGANIZATION, ORGANIZATIONS, get_organization
from kimhub.funding.pages.blueprint import crumbs, page_url, pages
from kimhub.funding.schemas import OrganizationSchema
from kimhub.funding.usecases.organizations import (
    OrganizationDetails,
    add_organization,
    archive_organization,
    change_organization,
    take_up_organization,
)
from tenants import Permission, db
from tenants.naming import only

KINDS = tuple(Option(kind.value, kind.label) for kind in OrganizationKind)
ARCHIVED = Badge("abgelegt")
_NO_PERSONS = (
    "Tragen Sie nur Stellen ein, keine Personen: Namen, persönliche Telefonnummern und persönliche E-Mail-Adressen "
    "gehören nicht in das Adressbuch."
)
LIST = ListPage(
    ORGANIZATIONS,
    caption="Adressbuch",
    columns=(
        ListColumn(
            "Name", "name", url=Address("funding.show_organization", organization_id="id"),
            note=lambda row: "abgelegt" if row["archived_at"] else None, sort="name",
        ),
        ListColumn("Art", lambda row: OrganizationKind(row["kind"]).label, WORD, sort="kind"),
        ListColumn("Ansprechstelle", "contact", sort="contact"),
        ListColumn("E-Mail-Adresse", "email", ADDRESS),
    ),
    filters=(
        WordFilter("name", "Name oder Ansprechstelle"),
        ChoiceFilter("art", "Art", "kind", KINDS),
        AlsoFilter("abgelegte", "Abgelegte Einträge", "kept"),
    ),
    empty=Empty(
        "Noch kein Eintrag",
        "Nehmen Sie die Stellen auf, an die Sie Mittel weiterleiten, zum Beispiel freie Träger.",
    ),
    download_endpoint="funding.download_organizations",
)  # fmt: skip


@pages.get("/adressbuch")
@requires(Permission.FUNDING_READ)
def organization_list() -> str:
    """List the address book by name."""
    may_write = current_actor().may(Permission.FUNDING_WRITE)
    return LIST.page(
        "Adressbuch",
        crumbs=crumbs(Crumb("Adressbuch")),
        intro="Hier stehen die Stellen, an die Ihre Kommune Mittel weiterleitet: das eigene Kommunale "
        "Integrationszentrum, Ämter und freie Träger. Gemeinden stehen nicht hier, sie nehmen selbst an KIMHub "
        "teil. Personen gehören nicht in das Adressbuch.",
        actions=[Action("Stelle aufnehmen", page_url("new_organization"))] if may_write else [],
    )


@pages.get("/adressbuch/liste.<table_format>")
@requires(Permission.FUNDING_READ)
def download_organizations(table_format: str) -> Response:
    """Send every row of the narrowed list as XLSX or CSV."""
    return LIST.download(table_format)


@pages.route("/adressbuch/neu", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def new_organization() -> ResponseReturnValue:
    """Add an entry."""
    return form_page(
        OrganizationSchema(),
        lambda form: add_organization(current_actor(), OrganizationDetails(**form.data)),
        heading="Stelle aufnehmen",
        intro=_NO_PERSONS,
        crumbs=_below(Crumb("Stelle aufnehmen")),
        cancel_url=page_url("organization_list"),
        then=lambda _: page_url("organization_list"),
        done=lambda added: f"„{added.name}“ steht jetzt im Adressbuch.",
    )


@pages.get("/adressbuch/<uuid:organization_id>")
@requires(Permission.FUNDING_READ)
def show_organization(organization_id: UUID) -> str:
    """Show an entry."""
    actor, entry = current_actor(), get_organization(db.session(), organization_id)
    return render_template(
        "funding/organization.html",
        crumbs=_below(Crumb(entry.name)),
        entry=entry,
        state=ARCHIVED if entry.archived_at else None,
        kind=OrganizationKind(entry.kind).label,
        facts=_facts(entry),
        may_write=actor.may(Permission.FUNDING_WRITE),
        url=page_url,
        visible_to=only(actor.tenant_name),
    )


@pages.route("/adressbuch/<uuid:organization_id>/bearbeiten", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def edit_organization(organization_id: UUID) -> ResponseReturnValue:
    """Change an entry."""
    entry = get_organization(db.session(), organization_id)
    here = page_url("show_organization", organization_id=organization_id)
    return form_page(
        OrganizationSchema(),
        lambda form: change_organization(current_actor(), organization_id, OrganizationDetails(**form.data)),
        heading="Eintrag ändern",
        intro=_NO_PERSONS,
        crumbs=_below(Crumb(entry.name, here), Crumb("Ändern")),
        cancel_url=here,
        then=lambda _: here,
        done="Der Eintrag ist gespeichert.",
        edits=Edits(ORGANIZATION, organization_id, entry, _values),
    )


@pages.post("/adressbuch/<uuid:organization_id>/ablegen")
@requires(Permission.FUNDING_WRITE)
def archive_entry(organization_id: UUID) -> ResponseReturnValue:
    """Take an entry out of the choice for new allocations."""
    entry = archive_organization(current_actor(), organization_id)
    say(
        f"„{entry.name}“ ist abgelegt und steht nicht mehr zur Wahl. Sie finden den Eintrag in der Liste unter "
        "„Abgelegte Einträge“.",
        undo_url=page_url("take_up_entry", organization_id=organization_id),
    )
    return redirect(page_url("organization_list"), 303)


@pages.post("/adressbuch/<uuid:organization_id>/wiederaufnehmen")
@requires(Permission.FUNDING_WRITE)
def take_up_entry(organization_id: UUID) -> ResponseReturnValue:
    """Offer an entry for new allocations again."""
    entry = take_up_organization(current_actor(), organization_id)
    flash(f"„{entry.name}“ steht wieder zur Wahl.", "success")
    return redirect(page_url("show_organization", organization_id=organization_id), 303)


def _values(entry: Organization) -> dict[str, Any]:
    return {
        "name": entry.name,
        "kind": OrganizationKind(entry.kind),
        **{name: getattr(entry, name) for name in ("contact", "address", "email")},
    }


def _facts(entry: Organization) -> list[Fact]:
    known = [
        ("Art", OrganizationKind(entry.kind).label),
        ("Ansprechstelle", entry.contact),
        ("Anschrift", entry.address),
        ("E-Mail-Adresse", entry.email),
    ]
    return [Fact(label, value) for label, value in known if value]


def _below(*last: Crumb) -> list[Crumb]:
    return crumbs(Crumb("Adressbuch", page_url("organization_list")), *last)
