"""A Bescheid comes into force in the books, and later becomes final."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from kimhub.core.errors import InvalidInputError
from kimhub.core.events.telling import tell
from kimhub.funding.errors import BescheidFixedError
from kimhub.funding.events import BESCHEID_RECORDED
from kimhub.funding.models import GrantVersion
from kimhub.funding.usecases.enter_grant import load_draft, load_grant, load_version, settle_application
from kimhub.funding.usecases.tell_of_days import look_for_finality_later
from kimhub.occurrences.public import Happened, OccurrenceKind, record
from tenants import Actor, Permission, db


def record_bescheid(actor: Actor, version_id: UUID) -> GrantVersion:
    """Put a draft into force: from now on its amounts are what may be passed on, and its application is decided.

    The database checks at the flush: `BelowAllocatedError` where more is passed on already, `BescheidOrderError`,
    `OverlappingBausteinError`, `InvalidInputError`. Raises also `NotFoundError` and `BescheidFixedError`.
    """
    actor.require(Permission.FUNDING_WRITE)
    session = db.session()
    version = load_draft(session, version_id)
    version.recorded_at = session.scalar(select(func.now()))
    session.flush()  # the ledger's triggers speak now
    grant = load_grant(session, version.grant_id)
    if version.number == 1:
        settle_application(session, actor, grant)
    record(
        actor,
        Happened(
            kind=OccurrenceKind.GRANT if version.number == 1 else OccurrenceKind.AMENDMENT,
            source_id=version.id,
            subject_id=grant.id,
            about=f"{grant.title} ({version.aktenzeichen})",
            on=version.issued_on,
        ),
    )
    tell(session, actor, BESCHEID_RECORDED, grant.id, about=grant.title)
    look_for_finality_later(session, actor, version)
    return version


def note_finality(
    actor: Actor, version_id: UUID, *, waived_on: date | None, final_on: date | None
) -> GrantVersion:
    """Note the day of the Rechtsbehelfsverzicht or the first day of Bestandskraft of a recorded Bescheid.

    Money may be drawn from then on. Raises `NotFoundError`, `InvalidInputError`, and `BescheidFixedError` while the
    Bescheid is a draft.
    """
    actor.require(Permission.FUNDING_WRITE)
    version = load_version(db.session(), version_id)
    if version.recorded_at is None:
        raise BescheidFixedError("Erfassen Sie zuerst den Bescheid.")
    for field, day in (("waived_on", waived_on), ("final_on", final_on)):
        if day is not None and day < version.received_on:
            raise InvalidInputError(
                "Der Tag liegt vor dem Eingang des Bescheids.",
                fields={field: ["Geben Sie einen Tag an, der nicht vor dem Eingang des Bescheids liegt."]},
            )
    version.waived_on, version.final_on = waived_on, final_on
    return version
