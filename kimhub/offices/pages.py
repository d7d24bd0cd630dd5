"""„Kontaktdaten“ under „Verwaltung“: how the body's offices are reached, for all who work with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import RowMapping

from kimhub.core.fields.options import Option
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.asking import Seen, ask_page
from kimhub.core.web.form_pages import Edits, form_page
from kimhub.core.web.lists import ListPage
from kimhub.core.web.tables import ADDRESS, WORD, Address, ListColumn, StepColumn
from kimhub.core.web.view import Action, Crumb, Empty, Fact
from kimhub.identity.public import administration_tabs, in_administration
from kimhub.offices.models import Office
from kimhub.offices.queries import OFFICE, OFFICES, get_office, offices_of
from kimhub.offices.schemas import NewOfficeSchema, OfficeSchema
from kimhub.offices.usecases.offices import (
    NewOffice,
    OfficeDetails,
    add_office,
    change_office,
    office_roles,
    remove_office,
)
from tenants import Permission, Role, db

pages = Blueprint("offices", __name__, url_prefix="/t/<slug>/verwaltung/kontaktdaten")

_NO_PERSONS = (
    "Alle Kommunen in KIMHub können diese Angaben sehen. Tragen Sie nur Stellen ein, keine Personen: Namen, "
    "persönliche Durchwahlen und persönliche E-Mail-Adressen gehören nicht hierher."
)


def _changed(row: RowMapping) -> UUID | None:
    """Return the id of an office where the reader may change it."""
    return row["id"] if current_actor().may(Permission.CONTACT_MANAGE) else None


LIST = ListPage(
    OFFICES,
    caption="Kontaktdaten",
    columns=(
        ListColumn(
            "Zuständigkeit", lambda row: Role(row["role"]).label, url=Address("offices.edit", office_id=_changed)
        ),
        ListColumn("Amt oder Stelle", "name"),
        ListColumn(
            "Funktionspostfach", "email", ADDRESS,
            note=lambda row: "nimmt keine E-Mails an" if row["is_refused"] else None,
        ),
        ListColumn("Telefon", "phone", WORD),
        StepColumn(
            "Entfernen", "name", url=Address("offices.remove", office_id="id"), asks=True,
            permission=Permission.CONTACT_MANAGE,
        ),
    ),
    one="Stelle",
    many="Stellen",
    empty=Empty(
        "Noch keine Kontaktdaten",
        "Nennen Sie die Stelle, an die sich andere wenden. Ihr Funktionspostfach erhält auch, wofür bei Ihnen "
        "niemand eine Rolle hat.",
    ),
)  # fmt: skip


@pages.get("")
@requires(Permission.MEMBER_READ)
def listing() -> str:
    """List the offices of the own body."""
    may_add = current_actor().may(Permission.CONTACT_MANAGE) and _free()
    return LIST.page(
        "Kontaktdaten",
        crumbs=_crumbs(),
        tabs=administration_tabs(),
        tabs_label="Verwaltung",
        intro="So erreichen andere Ihre Kommune: Gemeinden, Kreis und Bezirksregierung sehen diese Angaben an "
        "gemeinsamen Vorgängen. Hat niemand die Rolle, die eine Nachricht braucht, geht die E-Mail an das "
        "Funktionspostfach.",
        actions=[Action("Stelle nennen", url_for("offices.new"))] if may_add else [],
    )


@pages.route("/neu", methods=["GET", "POST"])
@requires(Permission.CONTACT_MANAGE)
def new() -> ResponseReturnValue:
    """Name the office of a role."""
    return form_page(
        NewOfficeSchema(),
        lambda form: add_office(current_actor(), NewOffice(**form.data)),
        heading="Stelle nennen",
        intro=_NO_PERSONS,
        crumbs=_crumbs("Stelle nennen"),
        cancel_url=url_for("offices.listing"),
        then=lambda _: url_for("offices.listing"),
        done=lambda added: f"„{added.name}“ ist jetzt für andere zu erreichen.",
        options={"role": [Option(role.value, role.label) for role in _free()]},
    )


@pages.route("/<uuid:office_id>", methods=["GET", "POST"])
@requires(Permission.CONTACT_MANAGE)
def edit(office_id: UUID) -> ResponseReturnValue:
    """Change how an office is reached."""
    office = get_office(db.session(), office_id)
    return form_page(
        OfficeSchema(),
        lambda form: change_office(current_actor(), office_id, OfficeDetails(**form.data)),
        heading=f"Kontaktdaten: {Role(office.role).label}",
        intro=_NO_PERSONS,
        crumbs=_crumbs(Role(office.role).label),
        cancel_url=url_for("offices.listing"),
        then=lambda _: url_for("offices.listing"),
        done="Die Kontaktdaten sind gespeichert.",
        edits=Edits(OFFICE, office_id, office, _values),
    )


@pages.route("/<uuid:office_id>/entfernen", methods=["GET", "POST"])
@requires(Permission.CONTACT_MANAGE)
def remove(office_id: UUID) -> ResponseReturnValue:
    """Ask, then name no office any more."""
    office = get_office(db.session(), office_id)
    here = url_for("offices.listing")
    return ask_page(
        lambda: remove_office(current_actor(), office_id),
        about=Seen(OFFICE, office_id, office),
        heading="Kontaktdaten entfernen?",
        facts=[
            Fact("Zuständigkeit", Role(office.role).label),
            *(
                Fact(label, value)
                for label, value in (
                    ("Amt oder Stelle", office.name), ("Funktionspostfach", office.email), ("Telefon", office.phone),
                )
                if value
            ),
        ],
        consequences=[
            "Andere sehen an gemeinsamen Vorgängen nicht mehr, an wen sie sich wenden können.",
            "Hat niemand die Rolle, erfährt niemand in Ihrem Haus per E-Mail, was eingeht.",
        ],
        submit="Entfernen",
        crumbs=_crumbs("Entfernen"),
        back_url=here,
        then=lambda _: here,
        done="Die Kontaktdaten sind entfernt.",
    )  # fmt: skip


def init_app(app: Flask) -> None:
    """Add the pages to the application."""
    app.register_blueprint(pages)
    in_administration(app, 30, "Kontaktdaten", "offices.listing")


def _free() -> list[Role]:
    """Return the roles without an office."""
    actor = current_actor()
    taken = offices_of(db.session(), actor.tenant_id)
    return [role for role in office_roles(actor) if role not in taken]


def _values(office: Office) -> dict[str, Any]:
    return {name: getattr(office, name) for name in ("name", "email", "phone")}


def _crumbs(*more: str) -> list[Crumb]:
    return [
        Crumb("Heute", url_for("desk.today")),
        Crumb("Verwaltung", url_for("identity.members_list")),
        Crumb("Kontaktdaten", url_for("offices.listing") if more else None),
        *(Crumb(label) for label in more),
    ]
