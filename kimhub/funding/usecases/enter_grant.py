"""Entering a grant and its Bescheide: as a draft first, in force once recorded."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kimhub.applications.public import decide_by_bescheid, get_application
from kimhub.core.errors import InvalidInputError, NotFoundError
from kimhub.core.versions import locked
from kimhub.funding.errors import BescheidFixedError
from kimhub.funding.models import Fund, FundSource, Grant, GrantItem, GrantKind, GrantVersion
from kimhub.funding.terms import Bescheid, check_items, check_period
from kimhub.funding.usecases.items import add_items
from kimhub.planning.public import get_plan
from tenants import PAID_BY_THE_LAND, Actor, Permission, db


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterGrant:
    """A new grant with its Zuwendungsbescheid; it may name the plan that it pays for and the application it answers."""

    title: str
    kind: GrantKind
    granted_by: str
    bescheid: Bescheid
    plan_id: UUID | None = None
    application_id: UUID | None = None


def enter_grant(actor: Actor, command: EnterGrant) -> Grant:
    """Begin a grant with version 1 as a draft; nothing can be passed on before it is recorded.

    Raises `ForbiddenError`, `WrongBodyError` for whoever gets nothing from the Land, `InvalidInputError`, and
    `NotFoundError` for a plan or application that is not there.
    """
    actor.require(Permission.FUNDING_WRITE)
    actor.require_body(PAID_BY_THE_LAND)
    _check(command.bescheid, command.kind)
    session = db.session()
    check_sources(session, command.plan_id, command.application_id)
    grant = Grant(
        tenant_id=actor.tenant_id,
        title=command.title.strip(),
        kind=command.kind,
        granted_by=command.granted_by.strip(),
        plan_id=command.plan_id,
        application_id=command.application_id,
    )
    session.add(grant)
    session.flush()  # fund and version refer to it
    session.add(Fund(tenant_id=actor.tenant_id, id=grant.id, source=FundSource.GRANT))
    _add_version(session, actor, grant, 1, command.bescheid)
    return grant


def enter_amendment(actor: Actor, grant_id: UUID, bescheid: Bescheid) -> GrantVersion:
    """Begin an Änderungsbescheid as a draft; `bescheid` says what the grant is as a whole from then on.

    Raises `NotFoundError`, `InvalidInputError`, and `BescheidOrderError` when a version is being entered already.
    """
    actor.require(Permission.FUNDING_WRITE)
    session = db.session()
    grant = load_grant(session, grant_id)
    _check(bescheid, GrantKind(grant.kind), may_be_nothing=True)
    if grant.current_version == 0:
        raise BescheidFixedError("Erfassen Sie zuerst den Zuwendungsbescheid.")
    return _add_version(session, actor, grant, grant.current_version + 1, bescheid)


def change_draft(actor: Actor, version_id: UUID, bescheid: Bescheid) -> GrantVersion:
    """Replace what a draft says; raises `NotFoundError`, `InvalidInputError`, `BescheidFixedError`."""
    actor.require(Permission.FUNDING_WRITE)
    session = db.session()
    version = load_draft(session, version_id)
    grant = session.get_one(Grant, (version.tenant_id, version.grant_id))
    _check(bescheid, GrantKind(grant.kind), may_be_nothing=version.number > 1)
    _fill(version, bescheid)
    session.execute(
        delete(GrantItem).where(GrantItem.tenant_id == actor.tenant_id, GrantItem.version_id == version.id)
    )
    add_items(session, actor, GrantItem, version.id, bescheid.items)
    return version


def discard_draft(actor: Actor, version_id: UUID) -> None:
    """Drop a draft; with the first version the grant goes too. Raises `NotFoundError`, `BescheidFixedError`."""
    actor.require(Permission.FUNDING_WRITE)
    session = db.session()
    version = load_draft(session, version_id)
    if version.number == 1:
        session.delete(session.get_one(Grant, (version.tenant_id, version.grant_id)))
    else:
        session.delete(version)
    session.flush()  # a constraint speaks now


def load_grant(session: Session, grant_id: UUID) -> Grant:
    """Return a grant of one's own, locked; raises `NotFoundError`."""
    return locked(session, Grant, grant_id)


def load_version(session: Session, version_id: UUID) -> GrantVersion:
    """Return a Bescheid of one's own, its grant locked; raises `NotFoundError`."""
    wanted = select(GrantVersion).where(GrantVersion.id == version_id)
    version = session.scalars(wanted).one_or_none()
    if version is None:
        raise NotFoundError
    locked(session, Grant, version.grant_id)
    held = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if held is None:  # discarded while this one waited
        raise NotFoundError
    return held


def load_draft(session: Session, version_id: UUID) -> GrantVersion:
    """Return a Bescheid that is still being entered; raises also `BescheidFixedError`."""
    version = load_version(session, version_id)
    if version.recorded_at is not None:
        raise BescheidFixedError(
            "Ein erfasster Bescheid wird nicht mehr geändert. Erfassen Sie einen Änderungsbescheid."
        )
    return version


def settle_application(session: Session, actor: Actor, grant: Grant) -> None:
    """Let the first Bescheid in force decide the application that the grant answers."""
    first = session.scalars(
        select(GrantVersion).where(
            GrantVersion.tenant_id == grant.tenant_id,
            GrantVersion.grant_id == grant.id,
            GrantVersion.number == 1,
            GrantVersion.recorded_at.is_not(None),
        )
    ).one_or_none()
    if grant.application_id is not None and first is not None:
        decide_by_bescheid(
            actor, grant.application_id, issued_on=first.issued_on, aktenzeichen=first.aktenzeichen
        )


def check_sources(session: Session, plan_id: UUID | None, application_id: UUID | None) -> None:
    """Refuse a plan or an application that is not there, and an application that was never submitted.

    Raises `NotFoundError` and `InvalidInputError`.
    """
    if plan_id is not None:
        get_plan(session, plan_id)
    if application_id is not None and get_application(session, application_id).is_draft:
        raise InvalidInputError(
            "Ein Bescheid antwortet auf einen eingereichten Antrag.",
            fields={"application_id": ["Wählen Sie einen Antrag, der eingereicht ist."]},
        )


def _check(bescheid: Bescheid, kind: GrantKind, *, may_be_nothing: bool = False) -> None:
    check_period(bescheid.period_from, bescheid.period_to)
    if bescheid.received_on < bescheid.issued_on:
        raise InvalidInputError(
            "Ein Bescheid kann nicht vor seinem Datum eingegangen sein.",
            fields={"received_on": ["Geben Sie einen Tag an, der nicht vor dem Datum des Bescheids liegt."]},
        )
    check_items(bescheid.items, bescheid.period_from, bescheid.period_to, may_be_nothing=may_be_nothing)
    foreign = {
        f"items.{number}": [f"{item.cell.baustein.label} wird auf Antrag bewilligt, nicht als Pauschale."]
        for number, item in enumerate(bescheid.items)
        if item.cell.baustein not in kind.bausteine
    }
    if foreign:
        raise InvalidInputError("Bitte prüfen Sie die Beträge.", fields=foreign)


def _add_version(
    session: Session, actor: Actor, grant: Grant, number: int, bescheid: Bescheid
) -> GrantVersion:
    version = GrantVersion(tenant_id=actor.tenant_id, grant_id=grant.id, number=number)
    _fill(version, bescheid)
    session.add(version)
    session.flush()  # the items refer to it; a second draft is refused here
    add_items(session, actor, GrantItem, version.id, bescheid.items)
    return version


def _fill(version: GrantVersion, bescheid: Bescheid) -> None:
    version.aktenzeichen = bescheid.aktenzeichen.strip()
    version.issued_on = bescheid.issued_on
    version.received_on = bescheid.received_on
    version.period_from = bescheid.period_from
    version.period_to = bescheid.period_to
    version.conditions = bescheid.conditions.strip()
    version.reason = bescheid.reason.strip()
