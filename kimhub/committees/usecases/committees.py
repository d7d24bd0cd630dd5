"""A body says which committees it has, how they are called since when, and by which rules they work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from kimhub.committees.models import Committee, CommitteeName, CommitteeParticipant, CommitteeRule
from kimhub.committees.terms import CommitteeKind, Duty, RuleKind
from kimhub.core.errors import ConflictError, InvalidInputError, NotFoundError
from kimhub.core.versions import locked
from kimhub.programme.public import TimeUnit
from tenants import COMMUNES, Actor, Permission, Tenant, db


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitteeDetails:
    """On what it rests, what it does, how long it is elected, how often and by what it must be told."""

    basis: str = ""
    task: str = ""
    term_until: date | None = None
    dissolved_on: date | None = None
    duty: Duty | None = None
    duty_source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """What a committee is and how it is called from a day on."""

    kind: CommitteeKind
    name: str
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A period of the Geschäftsordnung, and where it says so."""

    kind: RuleKind
    amount: int
    unit: TimeUnit
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCommittee(CommitteeDetails):
    """A committee with what it is and how it is called from its first day on."""

    kind: CommitteeKind
    name: str
    since: date


def create_committee(actor: Actor, command: NewCommittee) -> Committee:
    """Enter a committee; raises `ForbiddenError`, `InvalidInputError`."""
    actor.require(Permission.COMMITTEE_WRITE)
    committee = Committee(tenant_id=actor.tenant_id)
    _fill(committee, command)
    committee.basis = command.basis or command.kind.basis
    session = db.session()
    session.add(committee)
    session.flush()  # constraints speak now
    session.add(
        CommitteeParticipant(
            tenant_id=actor.tenant_id, committee_id=committee.id, participant_id=actor.tenant_id
        )
    )
    _name(committee, Naming(kind=command.kind, name=command.name, since=command.since))
    session.flush()
    return committee


def change_committee(actor: Actor, committee_id: UUID, details: CommitteeDetails) -> Committee:
    """Change what is laid down; raises `ForbiddenError`, `NotFoundError`, `InvalidInputError`.

    The Wahlperiode does not end before the last seat in it.
    """
    committee = own_committee(actor, committee_id)
    _fill(committee, details)
    db.session().flush()  # the constraint of the term speaks now
    return committee


def name_committee(actor: Actor, committee_id: UUID, naming: Naming) -> Committee:
    """Say what it is and how it is called from a day on; what stood for that very day is corrected.

    Raises `ForbiddenError`, `NotFoundError`.
    """
    committee = own_committee(actor, committee_id)
    _name(committee, naming)
    return committee


def forget_name(actor: Actor, committee_id: UUID, since: date) -> Committee:
    """Remove a name that was entered wrongly; raises `ConflictError` for the only one, else as `name_committee`."""
    committee = own_committee(actor, committee_id)
    session = db.session()
    of_committee = (
        CommitteeName.tenant_id == committee.tenant_id,
        CommitteeName.committee_id == committee.id,
    )
    days = session.scalars(select(CommitteeName.since).where(*of_committee)).all()
    if since not in days:
        raise NotFoundError
    if len(days) == 1:
        raise ConflictError("Ein Gremium behält eine Bezeichnung. Tragen Sie zuerst die richtige ein.")
    session.execute(delete(CommitteeName).where(*of_committee, CommitteeName.since == since))
    return committee


def set_rule(actor: Actor, committee_id: UUID, ruling: Ruling) -> Committee:
    """Enter or change a period of the Geschäftsordnung; raises as `change_committee`."""
    committee = own_committee(actor, committee_id)
    if ruling.unit is TimeUnit.FULL_DAY and not ruling.kind.is_before_meeting:
        raise InvalidInputError(
            "Volle Tage zählen nur vor einer Sitzung.",
            fields={"unit": ["Volle Tage zählen nur vor einer Sitzung. Wählen Sie Tage oder Werktage."]},
        )
    key = {"tenant_id": committee.tenant_id, "committee_id": committee.id, "kind": ruling.kind.value}
    said = {"amount": ruling.amount, "unit": ruling.unit.value, "source": ruling.source}
    db.session().execute(
        insert(CommitteeRule)
        .values(**key, **said)
        .on_conflict_do_update(index_elements=["tenant_id", "committee_id", "kind"], set_=said)
    )
    return committee


def remove_rule(actor: Actor, committee_id: UUID, kind: RuleKind) -> Committee:
    """Remove a period; raises `ForbiddenError`, and `NotFoundError` where there is none."""
    committee = own_committee(actor, committee_id)
    removed = db.session().scalars(
        delete(CommitteeRule)
        .where(
            CommitteeRule.tenant_id == committee.tenant_id,
            CommitteeRule.committee_id == committee.id,
            CommitteeRule.kind == kind.value,
        )
        .returning(CommitteeRule.kind)
    )
    if not removed.all():
        raise NotFoundError
    return committee


def join_participant(actor: Actor, committee_id: UUID, participant: str) -> Committee:
    """Let another body, by its slug, carry the committee, too: from then on it fills its own seats.

    Raises `ForbiddenError`, `NotFoundError`, and `InvalidInputError` for a body that cannot have people in it.
    """
    committee = own_committee(actor, committee_id)
    session = db.session()
    tenant = session.scalars(select(Tenant).where(Tenant.slug == participant)).one_or_none()
    if tenant is None or tenant.id == actor.tenant_id or tenant.kind not in COMMUNES.kinds:
        message = "Wählen Sie eine andere Kommune, die an KIMHub teilnimmt."
        raise InvalidInputError(message, fields={"participant": [message]})
    session.execute(
        insert(CommitteeParticipant)
        .values(tenant_id=committee.tenant_id, committee_id=committee.id, participant_id=tenant.id)
        .on_conflict_do_nothing(index_elements=["tenant_id", "committee_id", "participant_id"])
    )
    return committee


def part_with(actor: Actor, committee_id: UUID, participant: str) -> Committee:
    """Let a body, by its slug, leave the committee; raises `CommitteeInUseError` while it has seats there.

    Raises `NotFoundError` for a body that does not carry it, and for the one that leads it: that one stays.
    """
    committee = own_committee(actor, committee_id)
    session = db.session()
    left = session.scalars(
        delete(CommitteeParticipant)
        .where(
            CommitteeParticipant.tenant_id == committee.tenant_id,
            CommitteeParticipant.committee_id == committee.id,
            CommitteeParticipant.participant_id == Tenant.id,
            Tenant.slug == participant,
            CommitteeParticipant.participant_id != committee.tenant_id,
        )
        .returning(CommitteeParticipant.participant_id)
    ).all()
    if not left:
        raise NotFoundError
    return committee


def delete_committee(actor: Actor, committee_id: UUID) -> None:
    """Delete what was entered by mistake; raises `CommitteeInUseError` where there are seats."""
    committee = own_committee(actor, committee_id)
    session = db.session()
    session.delete(committee)
    session.flush()


def own_committee(actor: Actor, committee_id: UUID) -> Committee:
    """Return a committee of the own body, held until the transaction ends.

    Raises `ForbiddenError`, and `NotFoundError` for another body's: only rows that one may change can be held.
    """
    actor.require(Permission.COMMITTEE_WRITE)
    return locked(db.session(), Committee, committee_id)


def _fill(committee: Committee, details: CommitteeDetails) -> None:
    if details.duty and not details.duty_source:
        raise InvalidInputError(
            "Es fehlt, wo die Pflicht steht.",
            fields={"duty_source": ["Nennen Sie die Satzung, den Beschluss oder die Vereinbarung."]},
        )
    committee.basis, committee.task = details.basis, details.task
    committee.term_until, committee.dissolved_on = details.term_until, details.dissolved_on
    committee.duty = details.duty.value if details.duty else None
    committee.duty_source = details.duty_source if details.duty else ""


def _name(committee: Committee, naming: Naming) -> None:
    said = {"kind": naming.kind.value, "name": naming.name}
    db.session().execute(
        insert(CommitteeName)
        .values(tenant_id=committee.tenant_id, committee_id=committee.id, since=naming.since, **said)
        .on_conflict_do_update(index_elements=["tenant_id", "committee_id", "since"], set_=said)
    )
