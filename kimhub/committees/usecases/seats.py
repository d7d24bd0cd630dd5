"""A body says who sits in a committee from when to when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kimhub.committees.models import Committee, Seat
from kimhub.committees.queries import carried_committee, committee_file, ends_with, people_for_seats
from kimhub.committees.terms import SeatRole, Sector
from kimhub.core.errors import ForbiddenError, InvalidInputError
from kimhub.core.versions import locked
from tenants import Actor, Permission, db


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatDetails:
    """What a seat is and how long it is held."""

    role: SeatRole
    since: date
    until: date | None = None
    faction: str = ""
    organization: str = ""
    function: str = ""
    sector: Sector | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSeat(SeatDetails):
    """A seat with who holds it: a person of the own body by its account, else an organisation."""

    holder: UUID | None = None


def fill_seat(actor: Actor, committee_id: UUID, command: NewSeat) -> Seat:
    """Enter who sits in a committee; without a last day it goes to the end of the Wahlperiode.

    Raises `ForbiddenError`, `NotFoundError` for a committee in which the body has no part, `SeatRefusedError` (beyond
    the Wahlperiode, twice at a time, in two factions), `InvalidInputError`.
    """
    actor.require(Permission.COMMITTEE_WRITE)
    session = db.session()
    file = carried_committee(session, actor.tenant_id, committee_id)
    if not file.kind.has_seats:
        raise InvalidInputError(
            "In einer Fallkonferenz arbeiten Stellen, keine Mitglieder. Hier gehören weder Personen noch Fälle hin."
        )
    if command.holder is None and not command.organization:
        raise InvalidInputError(
            "Es fehlt, wer den Sitz hat.",
            fields={"holder": ["Wählen Sie eine Person, oder nennen Sie eine Organisation."]},
        )
    if command.holder is not None and command.organization:
        raise InvalidInputError(
            "Ein Sitz hat eine Person oder eine Organisation, nicht beides.",
            fields={"organization": ["Lassen Sie das Feld leer, wenn oben eine Person gewählt ist."]},
        )
    if command.holder is not None and command.holder not in {
        row["account_id"] for row in people_for_seats(session, actor.tenant_id)
    }:
        raise InvalidInputError(
            "Diese Person hat hier keine Rolle.",
            fields={"holder": ["Wählen Sie jemanden, der in Ihrer Kommune eine Rolle hat."]},
        )
    seat = Seat(
        tenant_id=actor.tenant_id,
        owner_id=file.committee.tenant_id,
        committee_id=committee_id,
        account_id=command.holder,
    )
    _fill(seat, command, file.committee)
    session.add(seat)
    session.flush()  # the constraints speak now
    return seat


def change_seat(actor: Actor, seat_id: UUID, details: SeatDetails) -> Seat:
    """Change what a seat is, or end it; another person is another seat. Raises as `fill_seat`."""
    seat = own_seat(actor, seat_id)
    if seat.account_id is None and not details.organization:
        raise InvalidInputError(
            "Es fehlt, wer den Sitz hat.",
            fields={"organization": ["Nennen Sie die Organisation."]},
        )
    if seat.account_id is not None and details.organization:
        raise InvalidInputError(
            "Ein Sitz hat eine Person oder eine Organisation, nicht beides.",
            fields={"organization": ["Lassen Sie das Feld leer: Den Sitz hat eine Person."]},
        )
    session = db.session()
    _fill(seat, details, committee_file(session, seat.committee_id).committee)
    session.flush()  # the constraints speak now
    return seat


def remove_seat(actor: Actor, seat_id: UUID) -> Seat:
    """Remove what was entered by mistake; who has left is given a last day instead."""
    seat = own_seat(actor, seat_id)
    session = db.session()
    session.delete(seat)
    session.flush()
    return seat


def own_seat(actor: Actor, seat_id: UUID) -> Seat:
    """Return a seat of the own body, held until the transaction ends; raises `ForbiddenError`, `NotFoundError`."""
    actor.require(Permission.COMMITTEE_WRITE)
    seat = locked(db.session(), Seat, seat_id)
    if seat.tenant_id != actor.tenant_id:
        raise ForbiddenError("Einen Sitz ändert nur die Kommune, die ihn besetzt.")
    return seat


def _fill(seat: Seat, details: SeatDetails, committee: Committee) -> None:
    until = details.until or ends_with(committee)
    if until is not None and until < details.since:
        raise InvalidInputError(
            "Der Sitz endet, bevor er beginnt.",
            fields={"until": ["Geben Sie einen Tag an, der nicht vor dem Beginn liegt."]},
        )
    seat.role, seat.faction = details.role.value, details.faction
    seat.organization, seat.function = details.organization, details.function
    seat.sector = details.sector.value if details.sector else None
    seat.since, seat.until = details.since, until
