"""Committees and their seats over the API: what a council information system may keep up to date.

After OParl 1.1 a committee is an Organization and a seat a Membership; who holds a seat is told by account, never by
name or address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from flask import Flask
from marshmallow import fields as plain
from marshmallow import validate
from sqlalchemy import RowMapping
from sqlalchemy.orm import Session

from kimhub.committees.models import Committee, Seat
from kimhub.committees.queries import (
    COMMITTEE,
    COMMITTEES,
    SEAT,
    SEATS,
    SEATS_OF_OTHERS,
    CommitteeFile,
    carried_committee,
)
from kimhub.committees.schemas import (
    CommitteeSchema,
    NameSchema,
    NewCommitteeSchema,
    NewSeatSchema,
    RuleSchema,
    SeatSchema,
)
from kimhub.committees.terms import CommitteeKind, Duty, RuleKind, SeatRole, Sector
from kimhub.committees.usecases.committees import (
    CommitteeDetails,
    Naming,
    NewCommittee,
    Ruling,
    change_committee,
    create_committee,
    delete_committee,
    forget_name,
    join_participant,
    name_committee,
    part_with,
    remove_rule,
    set_rule,
)
from kimhub.committees.usecases.seats import NewSeat, SeatDetails, change_seat, fill_seat, remove_seat
from kimhub.core.api import PageQuerySchema, Resource, chosen, register_api
from kimhub.core.errors import InvalidInputError, NotFoundError
from kimhub.core.fields import CommandSchema
from kimhub.core.keyset import sought
from kimhub.core.routing import current_actor
from kimhub.core.web.paging import PageRequest
from kimhub.programme.public import TimeUnit
from tenants import Actor, Permission, db


def init_app(app: Flask) -> None:
    """Add the operations to the API."""
    register_api(app, committees.blueprint)
    register_api(app, seats.blueprint)


def _words(enum: type[Any]) -> dict[str, object]:
    return {"enum": [member.value for member in enum]}


def _words_or_none(enum: type[Any], description: str) -> dict[str, object]:
    return {"enum": [*(member.value for member in enum), None], "description": description}


class CommitteeQuerySchema(PageQuerySchema):
    """Which committees."""

    words = plain.String(validate=validate.Length(max=100), metadata={"description": "Teil der Bezeichnung"})
    kind = chosen(CommitteeKind)
    dissolved = plain.Boolean(metadata={"description": "auch aufgelöste"})


class CommitteeSummarySchema(CommandSchema):
    """A line of the committees in which the body has people."""

    id = plain.UUID(required=True)
    kind = plain.String(required=True, metadata=_words(CommitteeKind))
    name = plain.String(required=True)
    lead = plain.String(required=True, metadata={"description": "die Kommune, die das Gremium führt"})
    is_own = plain.Boolean(required=True, metadata={"description": "ob das die eigene Kommune ist"})
    term_until = plain.Date(required=True, allow_none=True)
    dissolved_on = plain.Date(required=True, allow_none=True, metadata={"description": "der letzte Tag"})
    seats = plain.Integer(required=True, metadata={"description": "heute besetzte Sitze der eigenen Kommune"})


class NameOutSchema(CommandSchema):
    """What a committee is and how it is called from a day on."""

    since = plain.Date(required=True)
    kind = plain.String(required=True, metadata=_words(CommitteeKind))
    name = plain.String(required=True)


class RuleOutSchema(CommandSchema):
    """A period of the Geschäftsordnung."""

    kind = plain.String(required=True, metadata=_words(RuleKind))
    amount = plain.Integer(required=True)
    unit = plain.String(required=True, metadata=_words(TimeUnit))
    source = plain.String(required=True, metadata={"description": "wo die Frist steht"})


class CarryingBodySchema(CommandSchema):
    """A body that carries the committee."""

    slug = plain.String(required=True)
    name = plain.String(required=True)


class CommitteeOutSchema(CommandSchema):
    """A committee with all that is laid down about it; in OParl an Organization."""

    id = plain.UUID(required=True)
    kind = plain.String(
        required=True, metadata=_words(CommitteeKind) | {"description": "heute; in OParl `organizationType`"}
    )
    name = plain.String(required=True, metadata={"description": "heute"})
    basis = plain.String(required=True, metadata={"description": "Gesetz, Satzung oder Beschluss"})
    task = plain.String(required=True)
    term_until = plain.Date(
        required=True,
        allow_none=True,
        metadata={"description": "Ende der Wahlperiode; kein Sitz reicht weiter"},
    )
    dissolved_on = plain.Date(
        required=True, allow_none=True, metadata={"description": "der letzte Tag; in OParl `endDate`"}
    )
    duty = plain.String(
        required=True, allow_none=True, metadata=_words_or_none(Duty, "wie oft es zu unterrichten ist")
    )
    duty_source = plain.String(required=True, metadata={"description": "wo das steht"})
    names = plain.List(
        plain.Nested(NameOutSchema), required=True, metadata={"description": "die neueste zuerst"}
    )
    rules = plain.List(plain.Nested(RuleOutSchema), required=True)
    participants = plain.List(
        plain.Nested(CarryingBodySchema),
        required=True,
        metadata={"description": "Kommunen, die es tragen; zuerst die, die es führt"},
    )


class DatedNameSchema(NameSchema):
    """What a committee is and how it is called; the address says from which day on."""

    class Meta:
        """Leaves out what the address says."""

        exclude = ("since",)


class KindOfRuleSchema(RuleSchema):
    """A period; the address says for what."""

    class Meta:
        """Leaves out what the address says."""

        exclude = ("kind",)


def _readable(session: Session, committee_id: UUID) -> CommitteeFile:
    """Return a committee in which the caller's body has people; raises `NotFoundError`."""
    return carried_committee(session, current_actor().tenant_id, committee_id)


def _body(file: CommitteeFile) -> dict[str, Any]:
    committee = file.committee
    shown = ("id", "basis", "task", "term_until", "dissolved_on", "duty", "duty_source")
    return {
        **{name: getattr(committee, name) for name in shown},
        "kind": file.kind.value,
        "name": file.named.name,
        "names": file.names,
        "rules": file.rules,
        "participants": [{"slug": one.slug, "name": one.official_name} for one in file.participants],
    }


committees = Resource(
    "committees",
    "Gremien: Art und Bezeichnung seit wann, Grundlage, Fristen, wer sie trägt (OParl: Organization)",
    thing=replace(COMMITTEE, load=_readable),
    shape=CommitteeOutSchema,
    body=_body,
    names="committee_id",
    read=Permission.COMMITTEE_READ,
    write=Permission.COMMITTEE_WRITE,
    blueprint="committees-api",
)


@committees.list(
    CommitteeSummarySchema, "Gremien auflisten", "Die eigenen und die, die die Kommune mitträgt; nach Bezeichnung.",
    listed=COMMITTEES, query=CommitteeQuerySchema,
)  # fmt: skip
def list_(
    actor: Actor,
    asked: PageRequest,
    *,
    words: str | None = None,
    kind: CommitteeKind | None = None,
    dissolved: bool = False,
) -> Sequence[RowMapping]:
    """List the committees in which the body has people."""
    narrowed: dict[str, object] = {} if dissolved else {"present": True}
    if words:
        narrowed["words"] = sought(words)
    if kind:
        narrowed["kind"] = kind.value
    return COMMITTEES.fetch(db.session(), actor.tenant_id, asked, narrowed)


committees.read("Gremium lesen", "Mit Bezeichnungen, Fristen und den Kommunen, die es tragen.")


@committees.create(
    NewCommitteeSchema, "Gremium eintragen",
    "Bezeichnung, Grundlage und Fristen sehen alle Kommunen in KIMHub.",
)  # fmt: skip
def create(actor: Actor, command: dict[str, Any]) -> Committee:
    """Enter a committee."""
    return create_committee(actor, NewCommittee(**command))


@committees.change(CommitteeSchema, "Angaben zum Gremium ersetzen")
def replace_details(actor: Actor, file: CommitteeFile, command: dict[str, Any]) -> None:
    """Change what is laid down."""
    change_committee(actor, file.committee.id, CommitteeDetails(**command))


@committees.change(
    None,
    "Gremium löschen",
    "Nur was versehentlich eingetragen ist; 409, solange es Sitze hat.",
    method="DELETE",
)
def delete(actor: Actor, file: CommitteeFile) -> None:
    """Delete a committee that was entered by mistake."""
    delete_committee(actor, file.committee.id)


@committees.change(
    DatedNameSchema, "Bezeichnung oder Art ab einem Tag setzen",
    "Was für denselben Tag eingetragen ist, wird berichtigt; die Zeit davor bleibt.", path="/names/<name_since>",
)  # fmt: skip
def name(actor: Actor, file: CommitteeFile, command: dict[str, Any], *, name_since: str) -> None:
    """Say what it is and how it is called from a day on."""
    name_committee(actor, file.committee.id, Naming(since=_day(name_since), **command))


@committees.change(
    None, "Bezeichnung entfernen", "Die einzige bleibt: 409.", method="DELETE", path="/names/<name_since>"
)
def unname(actor: Actor, file: CommitteeFile, *, name_since: str) -> None:
    """Remove a name that was entered wrongly."""
    forget_name(actor, file.committee.id, _day(name_since))


@committees.change(KindOfRuleSchema, "Frist der Geschäftsordnung setzen", path="/rules/<rule_kind>")
def rule(actor: Actor, file: CommitteeFile, command: dict[str, Any], *, rule_kind: str) -> None:
    """Enter or change a period."""
    set_rule(actor, file.committee.id, Ruling(kind=_rule_kind(rule_kind), **command))


@committees.change(None, "Frist entfernen", method="DELETE", path="/rules/<rule_kind>")
def drop_rule(actor: Actor, file: CommitteeFile, *, rule_kind: str) -> None:
    """Remove a period."""
    remove_rule(actor, file.committee.id, _rule_kind(rule_kind))


@committees.change(
    None, "Weitere Kommune aufnehmen",
    "`participant` ist ihr Kürzel. Sie besetzt ihre Sitze selbst.", path="/participants/<participant>",
)  # fmt: skip
def join(actor: Actor, file: CommitteeFile, *, participant: str) -> None:
    """Let another body carry the committee, too."""
    join_participant(actor, file.committee.id, participant)


@committees.change(
    None, "Kommune herausnehmen", "409, solange sie im Gremium Sitze hat.",
    method="DELETE", path="/participants/<participant>",
)  # fmt: skip
def part(actor: Actor, file: CommitteeFile, *, participant: str) -> None:
    """Let a body leave the committee."""
    part_with(actor, file.committee.id, participant)


def _day(word: str) -> date:
    try:
        day = date.fromisoformat(word)
    except ValueError:
        raise NotFoundError from None
    if day.isoformat() != word:
        raise NotFoundError
    return day


def _rule_kind(word: str) -> RuleKind:
    try:
        return RuleKind(word)
    except ValueError:
        raise NotFoundError from None


class SeatQuerySchema(PageQuerySchema):
    """Of which committee, and when held."""

    committee_id = plain.UUID(required=True, error_messages={"required": "Nennen Sie ein Gremium."})
    past = plain.Boolean(metadata={"description": "auch frühere Sitze"})


class _AnySeatSchema(CommandSchema):
    """What is told of every seat."""

    id = plain.UUID(required=True)
    role = plain.String(required=True, metadata=_words(SeatRole))
    faction = plain.String(required=True, metadata={"description": "leer, wo es keine gibt"})
    organization = plain.String(
        required=True, metadata={"description": "für wen jemand dort sitzt, der sich nicht anmeldet"}
    )
    function = plain.String(required=True, metadata={"description": "Funktion dort, kein Name"})
    sector = plain.String(
        required=True, allow_none=True, metadata=_words_or_none(Sector, "wofür der Sitz steht")
    )
    since = plain.Date(required=True, metadata={"description": "in OParl `startDate`"})
    until = plain.Date(
        required=True, allow_none=True, metadata={"description": "der letzte Tag; in OParl `endDate`"}
    )


class SeatSummarySchema(_AnySeatSchema):
    """A seat of the own body."""

    account_id = plain.UUID(
        required=True, allow_none=True, metadata={"description": "das Konto der Person, die den Sitz hat"}
    )
    is_told = plain.Boolean(
        required=True, metadata={"description": "ob sich die Person anmelden kann und unterrichtet wird"}
    )


class SeatOfOthersSchema(_AnySeatSchema):
    """A seat of another body in a joint committee; which person holds it is known there alone."""

    body = plain.String(required=True, metadata={"description": "die Kommune, die den Sitz besetzt"})


class SeatOutSchema(_AnySeatSchema):
    """A seat; in OParl a Membership."""

    committee_id = plain.UUID(required=True)
    account_id = plain.UUID(
        required=True,
        allow_none=True,
        metadata={"description": "das Konto der Person, die den Sitz hat; bei Sitzen anderer Kommunen leer"},
    )


class NewSeatOfCommitteeSchema(NewSeatSchema):
    """A seat with its committee."""

    committee_id = plain.UUID(
        required=True,
        error_messages={
            "required": "Nennen Sie ein Gremium.",
            "invalid_uuid": "Nennen Sie die ID eines Gremiums.",
        },
    )


def _seat(seat: Seat) -> Mapping[str, Any]:
    own = seat.tenant_id == current_actor().tenant_id
    shown = (
        "id", "committee_id", "role", "faction", "organization", "function", "sector", "since", "until",
    )  # fmt: skip
    return {
        **{name: getattr(seat, name) for name in shown},
        "account_id": seat.account_id if own else None,
    }


seats = Resource(
    "seats",
    "Sitze: wer in einem Gremium von wann bis wann sitzt (OParl: Membership)",
    thing=SEAT,
    shape=SeatOutSchema,
    body=_seat,
    names="seat_id",
    read=Permission.COMMITTEE_READ,
    write=Permission.COMMITTEE_WRITE,
    blueprint="seats-api",
)


@seats.list(
    SeatSummarySchema, "Sitze der eigenen Kommune in einem Gremium auflisten", "Der älteste zuerst.",
    listed=SEATS, query=SeatQuerySchema, refused=(404,),
)  # fmt: skip
def list_seats(
    actor: Actor, asked: PageRequest, *, committee_id: UUID, past: bool = False
) -> Sequence[RowMapping]:
    """List the seats that the own body holds in a committee."""
    _readable(db.session(), committee_id)
    return SEATS.fetch(db.session(), actor.tenant_id, asked, _in(committee_id, past=past))


@seats.list(
    SeatOfOthersSchema, "Sitze anderer Kommunen in einem Gremium auflisten",
    "Nur in Gremien, die die eigene Kommune führt; sonst ist die Liste leer.",
    listed=SEATS_OF_OTHERS, query=SeatQuerySchema, path="/of-others", refused=(404,),
)  # fmt: skip
def list_seats_of_others(
    actor: Actor, asked: PageRequest, *, committee_id: UUID, past: bool = False
) -> Sequence[RowMapping]:
    """List the seats that others hold in a joint committee of the own body."""
    _readable(db.session(), committee_id)
    return SEATS_OF_OTHERS.fetch(db.session(), actor.tenant_id, asked, _in(committee_id, past=past))


def _in(committee_id: UUID, *, past: bool) -> dict[str, object]:
    return {"committee": committee_id, **({} if past else {"present": True})}


seats.read("Sitz lesen")


@seats.create(
    NewSeatOfCommitteeSchema, "Sitz besetzen",
    "Mit einer Person (`holder`, ihr Konto) oder einer Organisation. Ohne letzten Tag gilt er bis zum Ende der "
    "Wahlperiode.", refused=(404,),
)  # fmt: skip
def create_seat(actor: Actor, command: dict[str, Any]) -> Seat:
    """Enter who sits in a committee."""
    committee_id, holder = command.pop("committee_id"), command.pop("holder")
    _readable(db.session(), committee_id)
    return fill_seat(actor, committee_id, NewSeat(holder=_account(holder), **command))


@seats.change(SeatSchema, "Sitz ändern oder beenden", "Eine andere Person ist ein neuer Sitz.")
def replace_seat(actor: Actor, seat: Seat, command: dict[str, Any]) -> None:
    """Change what a seat is, or end it."""
    change_seat(actor, seat.id, SeatDetails(**command))


@seats.change(
    None, "Sitz entfernen", "Nur was versehentlich eingetragen ist; wer ausscheidet, erhält einen letzten Tag.",
    method="DELETE",
)  # fmt: skip
def delete_seat(actor: Actor, seat: Seat) -> None:
    """Remove a seat that was entered by mistake."""
    remove_seat(actor, seat.id)


def _account(word: str | None) -> UUID | None:
    try:
        return UUID(word) if word else None
    except ValueError:
        message = "Nennen Sie das Konto einer Person Ihrer Kommune."
        raise InvalidInputError(message, fields={"holder": [message]}) from None
