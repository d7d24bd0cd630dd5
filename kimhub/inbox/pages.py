"""The Posteingang of a person: one list, the way into each file, reading all at once, how often mail comes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from flask import Blueprint, Flask, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import RowMapping

from kimhub.core import clock
from kimhub.core.errors import InvalidInputError
from kimhub.core.events.kinds import kind_called, kinds
from kimhub.core.fields.options import Option
from kimhub.core.formats import period
from kimhub.core.routing import admitted, current_actor, requires
from kimhub.core.web.form_pages import form_page
from kimhub.core.web.frame import page_frame
from kimhub.core.web.lists import ListPage
from kimhub.core.web.narrowing import AlsoFilter, ChoiceFilter
from kimhub.core.web.tables import MOMENT, Address, ListColumn, badges
from kimhub.core.web.view import Badge, Crumb, Empty
from kimhub.deputies.public import Deputation, deputations_of
from kimhub.desk.public import add_source
from kimhub.inbox.desk import NOBODY_TOLD, REFUSED_ADDRESSES, REFUSED_OFFICES
from kimhub.inbox.models import ASKED, DEPUTY
from kimhub.inbox.queries import INBOX, get_received, time_of_database
from kimhub.inbox.schemas import RhythmSchema
from kimhub.inbox.usecases.choose_rhythm import ChooseRhythm, choose_rhythm, rhythm_of
from kimhub.inbox.usecases.read_lines import read_all_lines, read_line
from tenants import Permission, Role, db
from tenants.naming import at

pages = Blueprint("inbox", __name__, url_prefix="/t/<slug>/posteingang", template_folder="templates")

_NEW, _READ = Badge("neu"), Badge("gelesen")
_UNREAD, _SEEN = "ungelesen", "gelesen"


def _title(row: RowMapping) -> str:
    kind = kinds().get(row["kind"])
    return kind.sentence(row["author"]) if kind else row["about"]


def _about(row: RowMapping) -> str:
    taken_back = _taken_back(row)
    return f"{row['about']}. {taken_back}" if taken_back else row["about"]


def _taken_back(row: RowMapping) -> str | None:
    """Say by what that is overtaken which a line tells, None while it stands."""
    kind = kinds().get(row["revoked_by"])
    return f"Inzwischen überholt: {kind.sentence(row['author'])}." if kind else None


def _why(row: RowMapping) -> str:
    if row["reason"] == DEPUTY:
        return f"Vertretung für {row['stands_in_for']}"
    return "Ihr Auftrag" if row["reason"] == ASKED else Role(row["reason"]).label


LIST = ListPage(
    INBOX,
    caption="Posteingang",
    columns=(
        ListColumn(
            "Nachricht", _title, url=Address("inbox.open_line", event_id="id"), note=_about
        ),
        ListColumn("Stand", "unread", badges(lambda unread: _NEW if unread else _READ, usual=_READ)),
        ListColumn("Eingegangen", "created_at", MOMENT),
        ListColumn("Sie erhalten sie als", _why),
    ),
    filters=(
        ChoiceFilter(
            "stand", "Stand", "unread", (Option(_UNREAD, "ungelesen"), Option(_SEEN, "gelesen")),
            value=lambda chosen: chosen == _UNREAD,
        ),
        AlsoFilter("aeltere", "Ältere als ein Jahr", "recent"),
    ),
    one="Nachricht",
    many="Nachrichten",
    empty=Empty(
        "Keine Nachrichten",
        "Hier lesen Sie, was andere Stellen zu gemeinsamen Vorgängen tun und was aus Ihren Aufträgen geworden ist. "
        "Über das, was andere tun, erhalten Sie auch eine E-Mail.",
    ),
)  # fmt: skip


@pages.get("")
@requires(Permission.INBOX_READ)
def listing() -> str:
    """List the person's own lines, unread ones first."""
    return LIST.page(
        "Posteingang",
        template="inbox/listing.html",
        arguments={"account": current_actor().subject},
        crumbs=[Crumb("Heute", url_for("desk.today")), Crumb("Posteingang")],
        intro="Was Sie öffnen, gilt als gelesen. Ihre Kolleginnen und Kollegen haben einen eigenen Posteingang.",
        seen=time_of_database(db.session()).isoformat() if page_frame().inbox_count else None,
        deputations=[_party_to(deputation) for deputation in _deputations()],
    )


def _deputations() -> Sequence[Deputation]:
    actor = current_actor()
    if actor.subject is None:
        return []
    return deputations_of(db.session(), actor.tenant_id, actor.subject, clock.today())


def _party_to(deputation: Deputation) -> tuple[str, str]:
    """Return what a person is told of a deputation that concerns them, and where it is ended."""
    mine = deputation.account_id == current_actor().subject
    said = f"{deputation.deputy_name} vertritt Sie" if mine else f"Sie vertreten {deputation.account_name}"
    when = period(deputation.starts_on, deputation.ends_on)
    return f"{said}, {when}.", url_for("deputies.end", deputation_id=deputation.id)


@pages.get("/<uuid:event_id>")
@requires(Permission.INBOX_READ, keeps_record=True)
def open_line(event_id: UUID) -> ResponseReturnValue:
    """Go to what a line is about; one's own line is read from now on. A link that a colleague passed on works, too.

    A deputy may be told of what only others can open: the list says so.
    """
    actor = current_actor()
    row = get_received(db.session(), actor.tenant_id, event_id)
    kind = kind_called(row["kind"])
    read_line(actor, event_id)
    if not admitted(kind.page, actor):
        flash(
            f"Öffnen kann das nur, wer eine Rolle hat, die „{kind.told.label}“ umfasst. "
            "Wenden Sie sich an die Person, die Sie vertreten, oder an Ihre Administration.",
            "info",
        )
        return redirect(url_for("inbox.listing"), 303)
    taken_back = _taken_back(row)
    if taken_back:
        flash(taken_back, "info")
    return redirect(url_for(kind.page, **{kind.names: row["subject_id"]}), 303)


@pages.post("/gelesen")
@requires(Permission.INBOX_READ)
def read_all() -> ResponseReturnValue:
    """Mark as read what was there when the page was shown; what has come in since stays new."""
    try:
        seen = datetime.fromisoformat(request.form.get("seen", ""))
    except ValueError as error:
        raise InvalidInputError("Laden Sie den Posteingang neu und versuchen Sie es noch einmal.") from error
    if seen.tzinfo is None:
        raise InvalidInputError("Laden Sie den Posteingang neu und versuchen Sie es noch einmal.")
    number = read_all_lines(current_actor(), seen)
    flash("Alle Nachrichten sind gelesen." if number else "Es war nichts ungelesen.", "success")
    return redirect(url_for("inbox.listing"), 303)


@pages.route("/e-mails", methods=["GET", "POST"])
@requires(Permission.INBOX_READ)
def mails() -> ResponseReturnValue:
    """Let the person choose how often mail of this tenant's events comes."""
    actor = current_actor()
    return form_page(
        RhythmSchema(),
        lambda form: choose_rhythm(actor, ChooseRhythm(**form.data)),
        heading="E-Mails zum Posteingang",
        intro=f"Ihre Wahl gilt für das, was Sie {at(actor.tenant_name)} erhalten, und nur für Sie. Worauf jemand Ihre "
        "Antwort erwartet, kommt immer sofort. Im Posteingang steht alles sofort.",
        crumbs=[
            Crumb("Heute", url_for("desk.today")),
            Crumb("Posteingang", url_for("inbox.listing")),
            Crumb("E-Mails"),
        ],
        cancel_url=url_for("inbox.listing"),
        then=lambda _: url_for("inbox.listing"),
        done="Ihre Wahl ist gespeichert.",
        initial={"rhythm": rhythm_of(actor)},
    )


def init_app(app: Flask) -> None:
    """Add the pages to the application; the way to them stands in the head of every page."""
    app.register_blueprint(pages)
    for source in (NOBODY_TOLD, REFUSED_ADDRESSES, REFUSED_OFFICES):
        add_source(app, source)
