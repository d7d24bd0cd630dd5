"""Somebody names a deputy, or the administration does for them; either side ends it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import func, select

from kimhub.core import clock
from kimhub.core.errors import ConflictError, InvalidInputError
from kimhub.core.formats import day
from kimhub.core.versions import locked
from kimhub.deputies.models import Deputation
from kimhub.deputies.queries import Colleague, colleagues
from tenants import Actor, Permission, db


@dataclass(frozen=True, slots=True, kw_only=True)
class NameDeputy:
    """Who stands in, from when to when (both days included), for whom: without `account_id`, for the actor."""

    deputy_id: UUID
    starts_on: date
    ends_on: date
    account_id: UUID | None = None


class NoPartyError(ConflictError):
    """It is between two other people."""

    code = "no-party"
    title = "Diese Vertretung betrifft Sie nicht"

    def __init__(self) -> None:
        super().__init__("Beenden können sie nur die beiden Personen selbst und die Administration.")


def name_deputy(actor: Actor, command: NameDeputy) -> Deputation:
    """Let somebody be told what another person is told; it gives no rights.

    One's own deputy names everybody who reads people and roles, others' only the administration, or a machine that may.
    Raises `ForbiddenError`, and `InvalidInputError` for who has no role here, for oneself, and for a time that is no
    time.
    """
    account_id = command.account_id or actor.subject
    own = account_id is not None and account_id == actor.subject
    actor.require(Permission.MEMBER_READ if own else Permission.CONTACT_MANAGE)
    session = db.session()
    known = colleagues(session, actor.tenant_id)
    if account_id is None or account_id not in known:
        raise InvalidInputError(fields={"account_id": [_no_role("sich vertreten lassen")]})
    _check(command, account_id, known)
    deputation = Deputation(
        tenant_id=actor.tenant_id,
        id=uuid4(),
        account_id=account_id,
        account_name=known[account_id].name,
        deputy_id=command.deputy_id,
        deputy_name=known[command.deputy_id].name,
        starts_on=command.starts_on,
        ends_on=command.ends_on,
    )
    session.add(deputation)
    return deputation


def end_deputation(actor: Actor, deputation_id: UUID) -> Deputation:
    """End a deputation now: who is away, the deputy or the administration does. Ending it twice changes nothing.

    Raises `NotFoundError`, and `NoPartyError` for everybody else.
    """
    session = db.session()
    deputation = locked(session, Deputation, deputation_id)
    if not may_end(actor, {deputation.account_id, deputation.deputy_id}):
        raise NoPartyError
    if deputation.ended_at is None:
        deputation.ended_at = session.scalar(select(func.now()))
    return deputation


def may_see(actor: Actor, deputation: Deputation) -> bool:
    """Tell whether the actor may read this deputation: the two it is between, and whoever reads people and roles."""
    return actor.may(Permission.MEMBER_READ) or may_end(actor, {deputation.account_id, deputation.deputy_id})


def may_end(actor: Actor, both: Collection[UUID]) -> bool:
    """Tell whether the actor may end a deputation between these two."""
    return actor.may(Permission.CONTACT_MANAGE) or actor.subject in both


def _check(command: NameDeputy, account_id: UUID, known: Mapping[UUID, Colleague]) -> None:
    if command.deputy_id == account_id:
        raise InvalidInputError(
            fields={"deputy_id": ["Wählen Sie eine andere Person: Niemand vertritt sich selbst."]}
        )
    if command.deputy_id not in known:
        raise InvalidInputError(fields={"deputy_id": [_no_role("vertreten")]})
    if command.ends_on < command.starts_on:
        raise InvalidInputError(
            fields={"ends_on": [f"Geben Sie einen Tag ab dem {day(command.starts_on)} an, dem Beginn."]}
        )
    if command.ends_on < clock.today():
        raise InvalidInputError(
            fields={"ends_on": ["Dieser Tag ist vorbei. Eine Vertretung gilt nur für das, was noch eingeht."]}
        )


def _no_role(what: str) -> str:
    return (
        f"Nur wer in Ihrer Verwaltung eine Rolle hat, kann {what}. Vergeben Sie sie zuerst unter „Personen und "
        "Rollen“; sobald die Person angenommen hat, steht sie hier zur Wahl."
    )
