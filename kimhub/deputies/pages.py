"""„Vertretungen“ under „Verwaltung“: who is told in whose stead, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, Response, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import RowMapping

from kimhub.core import clock
from kimhub.core.errors import InvalidInputError
from kimhub.core.events.kinds import kinds
from kimhub.core.fields.options import Option
from kimhub.core.formats import day, period
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.asking import Seen, ask_page
from kimhub.core.web.form_pages import form_page
from kimhub.core.web.lists import ListPage
from kimhub.core.web.narrowing import AlsoFilter
from kimhub.core.web.paging import PageRequest
from kimhub.core.web.tables import WORD, Address, ListColumn, PeriodColumn, StepColumn
from kimhub.core.web.view import Action, Crumb, Empty, Fact
from kimhub.deputies.models import Deputation
from kimhub.deputies.queries import DEPUTATION, DEPUTATIONS, colleagues, get_deputation, missing_rights
from kimhub.deputies.schemas import DeputySchema, OwnDeputySchema
from kimhub.deputies.usecases.deputies import (
    NameDeputy,
    NoPartyError,
    end_deputation,
    may_end,
    may_see,
    name_deputy,
)
from kimhub.identity.public import administration_tabs, in_administration
from tenants import Permission, Role, db

pages = Blueprint(
    "deputies", __name__, url_prefix="/t/<slug>/verwaltung/vertretungen", template_folder="templates"
)

_MOST_SAID = 100
_WHAT_IT_IS = (
    "Die Vertretung erhält in dieser Zeit dieselben Nachrichten, zusätzlich zu der Person, die sie vertritt. Rechte "
    "bekommt sie dadurch nicht: Was sie nicht darf, steht danach über der Liste. Vertretungen reichen nicht weiter: "
    "Ist die Vertretung selbst abwesend, erhält deren Vertretung davon nichts."
)


def _lacking(row: RowMapping) -> list[Permission]:
    """Return what the messages ask for and the deputy may not do."""
    told = frozenset(kind.told for kind in kinds().values() if not kind.to_author)
    account, deputy = (frozenset(map(Role, row[whose] or ())) for whose in ("account_roles", "deputy_roles"))
    return missing_rights(account, deputy, told) if deputy else []


def _note(row: RowMapping) -> str | None:
    if not row["deputy_roles"]:
        return "keine Rolle mehr, erhält nichts"
    return "darf weniger" if _lacking(row) else None


def _standing(row: RowMapping) -> str:
    if row["ended_at"]:
        return f"beendet am {day(row['ended_at'])}"
    today = clock.today()
    if row["ends_on"] < today:
        return "vorbei"
    return "läuft" if row["starts_on"] <= today else "geplant"


def _endable(row: RowMapping) -> UUID | None:
    over = row["ended_at"] or row["ends_on"] < clock.today()
    return None if over or not may_end(current_actor(), {row["account_id"], row["deputy_id"]}) else row["id"]


LIST = ListPage(
    DEPUTATIONS,
    caption="Vertretungen",
    columns=(
        ListColumn("Abwesend", "account_name", sort="name"),
        ListColumn("Vertretung", "deputy_name", note=_note),
        PeriodColumn("Zeitraum", "starts_on", until="ends_on", sort="start"),
        ListColumn("Stand", _standing, WORD),
        StepColumn(
            "Beenden",
            lambda row: f"{row['deputy_name']} für {row['account_name']}",
            url=Address("deputies.end", deputation_id=_endable),
            asks=True,
        ),
    ),
    filters=(AlsoFilter("beendete", "Beendete Vertretungen", "present"),),
    one="Vertretung",
    many="Vertretungen",
    empty=Empty(
        "Keine Vertretung",
        "Wer eine Zeit lang nicht da ist, nennt hier, wer seine Nachrichten zusätzlich erhält.",
    ),
    download_endpoint="deputies.download",
)


@pages.get("")
@requires(Permission.MEMBER_READ)
def listing() -> str:
    """List who stands in for whom."""
    rows = DEPUTATIONS.fetch(
        db.session(), current_actor().tenant_id, PageRequest(limit=_MOST_SAID), {"present": True}
    )
    return LIST.page(
        "Vertretungen",
        template="deputies/listing.html",
        lacking=[(row, lacking) for row in rows if (lacking := _lacking(row))],
        crumbs=_crumbs(),
        tabs=administration_tabs(),
        tabs_label="Verwaltung",
        intro=_WHAT_IT_IS,
        actions=[Action("Vertretung nennen", url_for("deputies.new"))],
    )


@pages.get("/liste.<table_format>")
@requires(Permission.MEMBER_READ)
def download(table_format: str) -> Response:
    """Send every row of the narrowed list as XLSX or CSV."""
    return LIST.download(table_format)


@pages.route("/neu", methods=["GET", "POST"])
@requires(Permission.MEMBER_READ)
def new() -> ResponseReturnValue:
    """Name one's own deputy; the administration does for anybody."""
    actor = current_actor()
    for_anybody = actor.may(Permission.CONTACT_MANAGE)
    known = colleagues(db.session(), actor.tenant_id)
    people = [
        Option(
            str(account_id),
            f"{person.name} ({', '.join(role.label for role in Role if role in person.roles)})",
        )
        for account_id, person in sorted(known.items(), key=lambda item: (item[1].name, str(item[0])))
    ]
    others = [option for option in people if for_anybody or option.value != str(actor.subject)]
    here = url_for("deputies.listing")
    return form_page(
        DeputySchema() if for_anybody else OwnDeputySchema(),
        lambda form: name_deputy(actor, _command(form.data)),
        heading="Vertretung nennen",
        intro=_WHAT_IT_IS,
        crumbs=_crumbs("Vertretung nennen"),
        cancel_url=here,
        then=lambda _: here,
        done=lambda made: f"{made.deputy_name} vertritt {made.account_name}, {_period(made)}.",
        options={"account_id": people, "deputy_id": others} if for_anybody else {"deputy_id": others},
        initial={"account_id": str(actor.subject)} if for_anybody else None,
    )


@pages.route("/<uuid:deputation_id>/beenden", methods=["GET", "POST"])
@requires(Permission.INBOX_READ)
def end(deputation_id: UUID) -> ResponseReturnValue:
    """Ask, then end a deputation before its time; the two it is between come here from their Posteingang."""
    actor = current_actor()
    found = get_deputation(db.session(), deputation_id)
    if not may_see(actor, found):
        raise NoPartyError
    reads = actor.may(Permission.MEMBER_READ)
    here = url_for("deputies.listing") if reads else url_for("inbox.listing")
    return ask_page(
        lambda: end_deputation(actor, deputation_id),
        about=Seen(DEPUTATION, deputation_id, found),
        heading="Vertretung beenden?",
        facts=[
            Fact("Abwesend", found.account_name),
            Fact("Vertretung", found.deputy_name),
            Fact("Zeitraum", _period(found)),
        ],
        consequences=[
            f"{found.deputy_name} erhält ab sofort keine Nachrichten mehr für {found.account_name}.",
            "Was bisher einging, bleibt im Posteingang beider Personen.",
            *(["Die Vertretung bleibt unter „Beendete Vertretungen“ lesbar."] if reads else []),
        ],
        submit="Vertretung beenden",
        crumbs=_crumbs("Beenden") if reads else [Crumb("Posteingang", here), Crumb("Vertretung beenden")],
        back_url=here,
        then=lambda _: here,
        done="Die Vertretung ist beendet.",
    )


def init_app(app: Flask) -> None:
    """Add the pages to the application."""
    app.register_blueprint(pages)
    in_administration(app, 20, "Vertretungen", "deputies.listing")


def _command(values: Mapping[str, Any]) -> NameDeputy:
    try:
        people = {name: UUID(values[name]) for name in ("account_id", "deputy_id") if name in values}
    except ValueError as error:
        raise InvalidInputError(
            fields={"deputy_id": ["Wählen Sie eine der angebotenen Personen."]}
        ) from error
    return NameDeputy(**{**values, **people})


def _period(deputation: Deputation) -> str:
    return period(deputation.starts_on, deputation.ends_on)


def _crumbs(*more: str) -> list[Crumb]:
    return [
        Crumb("Heute", url_for("desk.today")),
        Crumb("Verwaltung", url_for("identity.members_list")),
        Crumb("Vertretungen", url_for("deputies.listing") if more else None),
        *(Crumb(label) for label in more),
    ]
