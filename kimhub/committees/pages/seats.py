"""The forms of a seat: filling it, changing or ending it, and the question before it is removed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from kimhub.committees.models import Seat
from kimhub.committees.pages.blueprint import crumbs, page_url, pages
from kimhub.committees.queries import (
    SEAT,
    CommitteeFile,
    carried_committee,
    ends_with,
    get_seat,
    people_for_seats,
    person_in,
)
from kimhub.committees.schemas import NewSeatSchema, SeatSchema
from kimhub.committees.terms import SeatRole, Sector
from kimhub.committees.usecases.seats import NewSeat, SeatDetails, change_seat, fill_seat, remove_seat
from kimhub.core.errors import NotFoundError
from kimhub.core.fields.options import Option
from kimhub.core.formats import day
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.asking import Seen, ask_page
from kimhub.core.web.form_pages import Edits, form_page
from kimhub.core.web.forms import Form
from kimhub.core.web.view import Crumb, Fact
from tenants import Permission, db

_OFFICIAL = "Nennen Sie bei Organisationen nur die Funktion, keinen Namen."


@pages.route("/<uuid:committee_id>/sitze/neu", methods=["GET", "POST"])
@requires(Permission.COMMITTEE_WRITE)
def new_seat(committee_id: UUID) -> ResponseReturnValue:
    """Enter who sits in a committee."""
    actor = current_actor()
    file = carried_committee(db.session(), actor.tenant_id, committee_id)
    if not file.kind.has_seats:
        raise NotFoundError
    here = page_url("show", committee_id=committee_id)
    asked = request.args.get("steht-fuer", "")
    return form_page(
        NewSeatSchema(exclude=_left_out(file)),
        lambda form: fill_seat(actor, committee_id, NewSeat(**_command(form))),
        heading=f"{file.named.name}: Sitz besetzen",
        intro=f"Wählen Sie eine Person, die sich hier anmeldet, oder nennen Sie eine Organisation. {_OFFICIAL}",
        crumbs=crumbs(Crumb(file.named.name, here), Crumb("Sitz besetzen")),
        cancel_url=here,
        then=lambda _: here,
        done="Der Sitz ist besetzt.",
        submit="Eintragen",
        initial={
            "until": ends_with(file.committee),
            **({"sector": asked} if asked in {sector.value for sector in Sector} else {}),
        },
        options={
            "holder": [
                Option(str(row["account_id"]), row["name"])
                for row in people_for_seats(db.session(), actor.tenant_id)
            ]
        },
    )


@pages.route("/sitze/<uuid:seat_id>", methods=["GET", "POST"])
@requires(Permission.COMMITTEE_WRITE)
def edit_seat(seat_id: UUID) -> ResponseReturnValue:
    """Change what a seat is, or say when it ends."""
    seat, file = _own(seat_id)
    here = page_url("show", committee_id=seat.committee_id)
    who = _who(seat)
    by_person = seat.account_id is not None
    return form_page(
        SeatSchema(exclude=(*_left_out(file), *(("organization", "function") if by_person else ()))),
        lambda form: change_seat(current_actor(), seat_id, SeatDetails(**_command(form))),
        heading=f"Sitz ändern: {who}",
        intro="Wer ausscheidet, erhält einen letzten Tag; der Sitz bleibt für die Zeit davor lesbar. Jemand anderes "
        f"ist ein neuer Sitz.{'' if by_person else f' {_OFFICIAL}'}",
        crumbs=crumbs(Crumb(file.named.name, here), Crumb(who)),
        cancel_url=here,
        then=lambda _: here,
        done="Der Sitz ist gespeichert.",
        edits=Edits(SEAT, seat_id, seat, _values),
    )


@pages.route("/sitze/<uuid:seat_id>/entfernen", methods=["GET", "POST"])
@requires(Permission.COMMITTEE_WRITE)
def drop_seat(seat_id: UUID) -> ResponseReturnValue:
    """Ask, then remove a seat that was entered by mistake."""
    seat, file = _own(seat_id)
    here = page_url("show", committee_id=seat.committee_id)
    return ask_page(
        lambda: remove_seat(current_actor(), seat_id),
        about=Seen(SEAT, seat_id, seat),
        heading="Sitz entfernen?",
        facts=[
            Fact("Gremium", file.named.name),
            Fact("Wer", _who(seat)),
            Fact("Funktion", SeatRole(seat.role).label),
            Fact("Zeit", f"seit {day(seat.since)}" + (f" bis {day(seat.until)}" if seat.until else "")),
        ],
        consequences=[
            "Entfernen Sie nur, was versehentlich eingetragen ist. Wer ausscheidet, erhält einen letzten Tag.",
            "Dass der Sitz eingetragen war, hält der Änderungsverlauf fest.",
        ],
        submit="Entfernen",
        crumbs=crumbs(Crumb(file.named.name, here), Crumb("Sitz entfernen")),
        back_url=here,
        then=lambda _: here,
        done="Der Sitz ist entfernt.",
    )


def _own(seat_id: UUID) -> tuple[Seat, CommitteeFile]:
    """Return a seat of the own body and its committee; raises `NotFoundError`."""
    actor = current_actor()
    seat = get_seat(db.session(), seat_id)
    if seat.tenant_id != actor.tenant_id:
        raise NotFoundError
    return seat, carried_committee(db.session(), actor.tenant_id, seat.committee_id)


def _left_out(file: CommitteeFile) -> tuple[str, ...]:
    """Return the fields that say nothing of such a committee."""
    return ("sector",) if file.kind.is_political else ("faction",)


def _command(form: Form) -> dict[str, Any]:
    data = dict(form.data)
    if "holder" in data:
        data["holder"] = UUID(data["holder"]) if data["holder"] else None
    return data


def _who(seat: Seat) -> str:
    if seat.account_id is None:
        return seat.organization
    return person_in(db.session(), seat.tenant_id, seat.account_id) or "Person, die nicht mehr teilnimmt"


def _values(seat: Seat) -> dict[str, Any]:
    names = ("role", "faction", "organization", "function", "sector", "since", "until")
    return {name: getattr(seat, name) for name in names}
