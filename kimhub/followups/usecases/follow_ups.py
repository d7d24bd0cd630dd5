"""Somebody writes down what is to be thought of, changes it, says that it is done, and takes it up again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import func, select

from kimhub.core import clock
from kimhub.core.errors import InvalidInputError, NotFoundError
from kimhub.core.formats import day
from kimhub.core.versions import locked
from kimhub.desk.public import farthest_day
from kimhub.followups.models import FollowUp, FollowUpDay, FollowUpEndedError, FollowUpKind
from kimhub.followups.queries import is_for, readers_of
from tenants import Actor, ActorKind, Permission, Role, db


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpDetails:
    """What is to be thought of, until when, about whom."""

    kind: FollowUpKind
    title: str
    due_on: date
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFollowUp(FollowUpDetails):
    """The same, and for whom: all who hold `role`, or without one the actor alone."""

    role: Role | None = None


def write_follow_up(actor: Actor, command: NewFollowUp) -> FollowUp:
    """Write down what is to be thought of.

    A person writes for a role that it holds, or for itself; a machine for any role that works on Heute. Raises
    `ForbiddenError`, and `InvalidInputError` for another role and for a day that is past or too far away.
    """
    actor.require(Permission.FOLLOW_UP_WRITE)
    person = actor.kind is ActorKind.PERSON
    if (command.role is None and not person) or (
        command.role and command.role.value not in readers_of(actor)
    ):
        raise InvalidInputError(fields={"role": ["Wählen Sie eine der angebotenen Möglichkeiten."]})
    _check(command.due_on)
    written = FollowUp(
        tenant_id=actor.tenant_id,
        id=uuid4(),
        kind=command.kind,
        title=command.title,
        about=command.about,
        due_on=command.due_on,
        role=command.role.value if command.role else None,
        account_id=None if command.role else actor.subject,
        actor_label=actor.label,
    )
    db.session().add(written)
    return written


def change_follow_up(actor: Actor, follow_up_id: UUID, command: FollowUpDetails) -> FollowUp:
    """Change what is to be thought of; a day that it no longer has stays readable.

    Raises `ForbiddenError`, `NotFoundError`, `FollowUpEndedError`, and `InvalidInputError` for a new day that is past
    or too far away.
    """
    found = _open(actor, follow_up_id)
    if command.due_on != found.due_on:
        _check(command.due_on)
        db.session().add(
            FollowUpDay(
                tenant_id=actor.tenant_id,
                id=uuid4(),
                follow_up_id=found.id,
                due_on=found.due_on,
                actor_label=actor.label,
            )
        )
    found.kind, found.title, found.about = command.kind, command.title, command.about
    found.due_on = command.due_on
    return found


def end_follow_up(actor: Actor, follow_up_id: UUID) -> FollowUp:
    """Say that it is done; it stays readable. Raises `ForbiddenError`, `NotFoundError`, `FollowUpEndedError`."""
    found = _open(actor, follow_up_id)
    found.ended_at = db.session().scalar(select(func.now()))
    found.ended_by = actor.label
    return found


def take_up_follow_up(actor: Actor, follow_up_id: UUID) -> FollowUp:
    """Let it stand on Heute again, with the day that it had; where it stands there, nothing changes.

    Raises `ForbiddenError`, `NotFoundError`.
    """
    found = _own(actor, follow_up_id)
    found.ended_at, found.ended_by = None, ""
    return found


def _open(actor: Actor, follow_up_id: UUID) -> FollowUp:
    found = _own(actor, follow_up_id)
    if found.ended_at is not None:
        raise FollowUpEndedError("Nehmen Sie ihn zuerst wieder auf.")
    return found


def _own(actor: Actor, follow_up_id: UUID) -> FollowUp:
    actor.require(Permission.FOLLOW_UP_WRITE)
    found = locked(db.session(), FollowUp, follow_up_id)
    if not is_for(actor, found):
        raise NotFoundError
    return found


def _check(due_on: date) -> None:
    today = clock.today()
    if due_on < today:
        raise InvalidInputError(fields={"due_on": ["Geben Sie heute oder einen späteren Tag an."]})
    if due_on > farthest_day(today):
        raise InvalidInputError(
            fields={
                "due_on": [f"Geben Sie einen Tag bis zum {day(farthest_day(today))} an, höchstens ein Jahr."]
            }
        )
